package password

import (
	"errors"
	"testing"
)

// Passwords that everybody uses are refused however they are dressed up; a sentence that has such a word in it is not.
func TestCommonPasswordsAreRefused(t *testing.T) {
	for _, p := range []string{
		"qwertyuiop123", "Password2026!", "P@ssw0rd!!2026", "!!!password123", "Fjalëkalim2026", "FJALEKALIMI12", "Shkodra!2026!", "26.11.2026 09:30", "067 123 45 67", "passwordpassword", "dragondragon",
		"football12345", "koordinatori2026", "Mkr-2026-2027!", "Strehëza.2026!", "dhuna ne familje", "Child Protection 1", "referimireferimi", "M3k4n1zmi!2026",
	} {
		var rule *RuleError
		if err := Check(p); !errors.As(err, &rule) || rule.Code != CodeTooCommon && rule.Code != CodeTooSimple {
			t.Errorf("%q: %v", p, err)
		}
	}
	for _, p := range []string{"my password is a long one", "një fjalëkalim i gjatë", "tri mace mbi çati", "dragon eats 7 blue plums", "kukumjaci i vjetër"} {
		if err := Check(p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	if n := len(commonest()); n < 10_000 {
		t.Errorf("the list has %d words", n)
	}
}
