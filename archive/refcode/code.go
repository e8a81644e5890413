package refcode

// Parse splits a canonical code into its elements. It returns an Invalid error
// whose cause is Problems when the code does not fit. Run codes from outside
// through Normalise first; Parse itself forgives nothing.
func (s Scheme) Parse(code string) (Values, error) { return nil, nil }

// Format builds the code from its elements, filling padded numbers to their least
// width. It returns an Invalid error whose cause is Problems when a value does not
// fit, a needed one is absent, or the code could be read in another way.
func (s Scheme) Format(v Values) (string, error) { return "", nil }

// Next gives the code after highest, the highest code in use in the class that
// the values describe; "" for an empty class. Values hold the elements before the
// number: for a scheme by volume the next volume is given when 案卷号 is absent,
// the next item of the volume when it is there. The width of highest is kept. It
// returns a Conflict error when the class is full.
func (s Scheme) Next(class Values, highest string) (string, error) { return "", nil }

// serial finds the running number that follows the values given: the first serial
// element without a value. -1: there is none.
func (s Scheme) serial(v Values) int {
	for i, e := range s.Elements {
		if _, given := v[e.Name]; e.Serial && !given {
			return i
		}
	}
	return -1
}
