package indicator

import (
	"fmt"
	"strconv"
	"strings"
)

// Value is a decimal number with at most three decimals, or nothing.
type Value struct {
	Known      bool
	Thousandth int64
}

// Whole makes a value of a whole number.
func Whole(n int) Value { return Value{Known: true, Thousandth: int64(n) * 1000} }

// ParseValue reads "30", "-29", "18.38"; "" is no value. Exponents, signs alone and more than three decimals are refused.
func ParseValue(text string) (Value, error) {
	if text == "" {
		return Value{}, nil
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, decimals, dotted := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 12 || len(decimals) > 3 || dotted && decimals == "" ||
		strings.Trim(whole+decimals, "0123456789") != "" {
		return Value{}, fmt.Errorf("%q is not a number with at most three decimals", text)
	}
	n, err := strconv.ParseInt(whole+(decimals + "000")[:3], 10, 64)
	if err != nil {
		return Value{}, fmt.Errorf("%q is not a number", text)
	}
	if negative {
		n = -n
	}
	return Value{Known: true, Thousandth: n}, nil
}

// String writes the value as it was published: without needless zeros, "" for none.
func (v Value) String() string {
	if !v.Known {
		return ""
	}
	n, sign := v.Thousandth, ""
	if n < 0 {
		n, sign = -n, "-"
	}
	decimals := strings.TrimRight(fmt.Sprintf("%03d", n%1000), "0")
	if decimals != "" {
		decimals = "." + decimals
	}
	return sign + strconv.FormatInt(n/1000, 10) + decimals
}

// Change is the yearly change in per cent, (this-last)/last, rounded half away from zero to a thousandth of a per cent.
// There is none when last is 0 or below.
func Change(this, last int) Value {
	if last <= 0 {
		return Value{}
	}
	difference, base := (int64(this)-int64(last))*100_000, int64(last)
	half := base
	if difference < 0 {
		half = -half
	}
	return Value{Known: true, Thousandth: (2*difference + half) / (2 * base)}
}
