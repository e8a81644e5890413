// Package archive has the nouns that the parts of Lantai exchange, and the rules
// that need nothing but themselves. It imports the standard library only.
//
// Terms follow DA/T 1-2000 and DA/T 18-2022: 全宗 Fonds, 类别 Series, 案卷 Volume,
// 盒 Box, 件 Item, 档号 refcode. 挂接 is "link".
package archive
