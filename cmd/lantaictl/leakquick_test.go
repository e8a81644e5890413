//go:build !torture

package main

// thorough: of the questions some are asked, others by each person.
const thorough = false
