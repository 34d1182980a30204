package person

// ValidSubject tells whether s is a person id as this system writes them: a UUID in lower case with hyphens. Nothing
// else can be a subject, so that no name ever becomes one by mistake.
func ValidSubject(s string) bool {
	if len(s) != 36 || s == "00000000-0000-0000-0000-000000000000" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
