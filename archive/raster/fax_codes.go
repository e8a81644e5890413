package raster

// runCode is a run length found by looking at the next runCodeBits bits.
type runCode struct {
	run  int16
	bits uint8 // length of the code; 0: no such code
}

// modeCode is a coding mode of a two-dimensional row.
type modeCode struct {
	mode  uint8
	shift int8
	bits  uint8
}

const (
	runCodeBits  = 13
	modeCodeBits = 7
)

const (
	modeInvalid = iota
	modePass
	modeHorizontal
	modeVertical
	modeExtension
)

// The tables are filled once and only read afterwards.
var (
	whiteRuns = runTable(whiteTerminating, whiteMakeUp)
	blackRuns = runTable(blackTerminating, blackMakeUp)
	faxModes  = modeTable()
)

// ITU-T T.4 table 2: codes of runs of 0–63.
var whiteTerminating = []string{
	"00110101", "000111", "0111", "1000", "1011", "1100", "1110", "1111",
	"10011", "10100", "00111", "01000", "001000", "000011", "110100", "110101",
	"101010", "101011", "0100111", "0001100", "0001000", "0010111", "0000011", "0000100",
	"0101000", "0101011", "0010011", "0100100", "0011000", "00000010", "00000011", "00011010",
	"00011011", "00010010", "00010011", "00010100", "00010101", "00010110", "00010111", "00101000",
	"00101001", "00101010", "00101011", "00101100", "00101101", "00000100", "00000101", "00001010",
	"00001011", "01010010", "01010011", "01010100", "01010101", "00100100", "00100101", "01011000",
	"01011001", "01011010", "01011011", "01001010", "01001011", "00110010", "00110011", "00110100",
}

var blackTerminating = []string{
	"0000110111", "010", "11", "10", "011", "0011", "0010", "00011",
	"000101", "000100", "0000100", "0000101", "0000111", "00000100", "00000111", "000011000",
	"0000010111", "0000011000", "0000001000", "00001100111", "00001101000", "00001101100", "00000110111", "00000101000",
	"00000010111", "00000011000", "000011001010", "000011001011", "000011001100", "000011001101", "000001101000", "000001101001",
	"000001101010", "000001101011", "000011010010", "000011010011", "000011010100", "000011010101", "000011010110", "000011010111",
	"000001101100", "000001101101", "000011011010", "000011011011", "000001010100", "000001010101", "000001010110", "000001010111",
	"000001100100", "000001100101", "000001010010", "000001010011", "000000100100", "000000110111", "000000111000", "000000100111",
	"000000101000", "000001011000", "000001011001", "000000101011", "000000101100", "000001011010", "000001100110", "000001100111",
}

// ITU-T T.4 table 3a: codes of runs of 64, 128, … 1728.
var whiteMakeUp = []string{
	"11011", "10010", "010111", "0110111", "00110110", "00110111", "01100100", "01100101",
	"01101000", "01100111", "011001100", "011001101", "011010010", "011010011", "011010100", "011010101",
	"011010110", "011010111", "011011000", "011011001", "011011010", "011011011", "010011000", "010011001",
	"010011010", "011000", "010011011",
}

var blackMakeUp = []string{
	"0000001111", "000011001000", "000011001001", "000001011011", "000000110011", "000000110100", "000000110101", "0000001101100",
	"0000001101101", "0000001001010", "0000001001011", "0000001001100", "0000001001101", "0000001110010", "0000001110011", "0000001110100",
	"0000001110101", "0000001110110", "0000001110111", "0000001010010", "0000001010011", "0000001010100", "0000001010101", "0000001011010",
	"0000001011011", "0000001100100", "0000001100101",
}

// ITU-T T.4 table 3b: codes of runs of 1792, 1856, … 2560, of either colour.
var longMakeUp = []string{
	"00000001000", "00000001100", "00000001101", "000000010010", "000000010011", "000000010100", "000000010101",
	"000000010110", "000000010111", "000000011100", "000000011101", "000000011110", "000000011111",
}

func runTable(terminating, makeUp []string) []runCode {
	table := make([]runCode, 1<<runCodeBits)
	for i, code := range terminating {
		spread(table, code, runCodeBits, runCode{int16(i), uint8(len(code))}) //nolint:gosec // codes have at most 13 bits
	}
	for i, code := range makeUp {
		spread(table, code, runCodeBits, runCode{int16(64 * (i + 1)), uint8(len(code))}) //nolint:gosec // codes have at most 13 bits
	}
	for i, code := range longMakeUp {
		spread(table, code, runCodeBits, runCode{int16(1792 + 64*i), uint8(len(code))}) //nolint:gosec // codes have at most 13 bits
	}
	return table
}

// modeTable is table 4 of ITU-T T.4.
func modeTable() []modeCode {
	table := make([]modeCode, 1<<modeCodeBits)
	for code, mode := range map[string]modeCode{
		"0001":    {modePass, 0, 4},
		"001":     {modeHorizontal, 0, 3},
		"1":       {modeVertical, 0, 1},
		"011":     {modeVertical, 1, 3},
		"000011":  {modeVertical, 2, 6},
		"0000011": {modeVertical, 3, 7},
		"010":     {modeVertical, -1, 3},
		"000010":  {modeVertical, -2, 6},
		"0000010": {modeVertical, -3, 7},
		"0000001": {modeExtension, 0, 7},
	} {
		spread(table, code, modeCodeBits, mode)
	}
	return table
}

// spread enters a code at all places whose first bits are the code.
func spread[T any](table []T, code string, width int, entry T) {
	first := 0
	for _, bit := range code {
		first = first<<1 | int(bit-'0')
	}
	rest := width - len(code)
	for i := range 1 << rest {
		table[first<<rest|i] = entry
	}
}
