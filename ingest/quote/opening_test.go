package quote

import (
	"testing"
)

// TestOpeningsRefuseOnlyWhatCannotMatch tries every beginning of the samples, and
// of them with other signs in front, against the expression itself.
func TestOpeningsRefuseOnlyWhatCannotMatch(t *testing.T) {
	t.Parallel()
	samples := []string{"Sent from my iPhone", "WYSŁANO z telefonu", "get outlook for iOS", "Von meinem iPhone gesendet", "Envoyé de mon", "Отправлено с iPhone",
		"Kind regards", "kr", "Br, Ann", "Z poważaniem", "Łączę wyrazy szacunku", "Pozdrawiam serdecznie", "MfG", "Saludos", "Thanks & regards", "un saludo", "С уважением",
		"** Confidential", "This email and any attachments", "THE INFORMATION contained in this message is privileged", "_NIP: 525", "Klauzula informacyjna", "virus-free", "Kapitał zakładowy",
		"I had no service", "Dzień dobry", "", "x", "12 Church Street", "ſent from my phone", "Kapitał"}
	for name, o := range map[string]opening{"devices": devices, "closings": closings, "disclaimers": disclaimers} {
		admitted, lines := 0, 0
		for _, s := range samples {
			for _, front := range []string{"", "* ", " ", "my ", "with "} {
				line := front + s
				for cut := range line {
					lines++
					if o.may(line[cut:]) {
						admitted++
					} else if o.MatchString(line[cut:]) {
						t.Errorf("%s: %q is refused, and it matches", name, line[cut:])
					}
				}
			}
		}
		if admitted*2 > lines {
			t.Errorf("%s: %d of %d lines are let through; the look-up keeps nothing out", name, admitted, lines)
		}
	}
}
