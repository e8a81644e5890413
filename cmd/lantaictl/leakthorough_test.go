//go:build torture

package main

// thorough: every question is asked by everybody.
const thorough = true
