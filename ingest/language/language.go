// Package language tells English from Polish (P17).
package language

import (
	"ask4.com/skarga/complaint"
	"github.com/abadojack/whatlanggo"
)

// Detect gives the language of a text, or Both when it is unsure or another one.
func Detect(text string) complaint.Language {
	info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: map[whatlanggo.Lang]bool{whatlanggo.Eng: true, whatlanggo.Pol: true}})
	switch {
	case info.Confidence < 0.2:
		return complaint.Both
	case info.Lang == whatlanggo.Pol:
		return complaint.Polish
	}
	return complaint.English
}
