package scannerimport

import (
	"regexp"
	"strings"

	"ask4.com/skarga/complaint"
)

// Signs of references (complaint.NewReference) that scanners take for others. Of
// each pair the references leave one out, so most slips can be undone; where two
// are possible, the check character decides.
var (
	slipsOfCore   = map[rune]string{'Z': "2", 'S': "5", '$': "5", '§': "5", 'G': "6", 'B': "8", 'O': "QD", '0': "QD", 'V': "Y", 'I': "T7", '1': "T7", '|': "T7", 'L': "T7", 'U': "W"}
	slipsOfDigits = map[rune]string{'O': "0", 'Q': "0", 'D': "0", 'I': "1", 'L': "1", '|': "1", 'Z': "2", 'A': "4", 'S': "5", '$': "5", 'G': "6", 'B': "8"}
	looksLike     = map[rune]string{'A': "A4", 'S': "S5$§8", 'K': "KX", '4': "4A", 'O': "O0Q", '0': "0O", 'I': "I1L|", '1': "1IL|", 'B': "B8", '8': "8B", 'G': "G6", '6': "6G", 'Z': "Z2", '2': "2Z", '5': "5S$"}
)

// maxReadings bounds how many ways of reading one text are tried.
const maxReadings = 64

// mendReference looks for a reference of ours with signs that OCR misread. It gives
// one only if exactly one way of reading it has a right check character; start and
// end are bytes.
func mendReference(prefix, text string) (ref complaint.Reference, start, end int) {
	const sep = `[\s\-‐-―_−~.]{0,3}`
	head := ""
	for _, c := range strings.ToUpper(prefix) {
		like := looksLike[c]
		if like == "" {
			like = string(c)
		}
		head += `[` + regexp.QuoteMeta(like) + `]`
	}
	form := regexp.MustCompile(`(?i)` + head + sep + `([0-9A-Z$|]{2})` + sep + `([0-9A-Z$|§]{5})` + sep + `([0-9A-Z$|§])(?:$|[^\pL\pN])`)
	for _, m := range form.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string { return strings.ToUpper(text[m[2*i]:m[2*i+1]]) }
		readings := []string{""}
		extend := func(s string, slips map[rune]string) {
			for _, c := range s {
				also, slip := slips[c]
				if !slip {
					also = string(c)
				}
				var next []string
				for _, r := range readings {
					for _, a := range also {
						next = append(next, r+string(a))
					}
				}
				readings = next[:min(len(next), maxReadings)]
			}
		}
		extend(group(1), slipsOfDigits)
		extend(group(2)+group(3), slipsOfCore)
		var right []complaint.Reference
		for _, s := range readings {
			if r, err := complaint.ParseReference(prefix, prefix+"-"+s[:2]+"-"+s[2:7]+"-"+s[7:]); err == nil {
				right = append(right, r)
			}
		}
		if len(right) == 1 {
			return right[0], m[0], m[7]
		}
	}
	return "", 0, 0
}
