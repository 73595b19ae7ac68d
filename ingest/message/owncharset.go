package message

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

// ownCharset returns the decoder of a charset that golang.org/x/text does not have, nil
// if it has it or nobody knows it.
func ownCharset(label string) func([]byte) string {
	switch label {
	case "utf7", "unicode11utf7", "unicode20utf7":
		return decodeUTF7
	case "iso2022kr":
		return decodeISO2022KR
	}
	if n := strings.TrimPrefix(label, "ibm"); n != label {
		label = "cp" + n
	}
	if high, ok := highHalves[label]; ok {
		return high.decode
	}
	return nil
}

// highHalf is the characters of the bytes 0x80 to 0xff; below them is ASCII.
type highHalf []rune

// highHalves are the sets of old Macs and of DOS, by compact label. It is never written to.
var highHalves = func() map[string]highHalf {
	m := map[string]highHalf{
		"macce":       highHalf("ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü†°Ę£§•¶ß®©™ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅņŃ¬√ńŇ∆«»…\u00a0ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ"),
		"maccroatian": highHalf("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®Š™´¨≠ŽØ∞±≤≥∆µ∂∑∏š∫ªºΩžø¿¡¬√ƒ≈Ć«Č…\u00a0ÀÃÕŒœĐ—“”‘’÷◊\uf8ff©⁄€‹›Æ»–·‚„‰ÂćÁčÈÍÎÏÌÓÔđÒÚÛÙıˆ˜¯πË˚¸Êæˇ"),
		"macgreek":    highHalf("Ä¹²É³ÖÜ΅àâä΄¨çéèêë£™îï•½‰ôö¦€ùûü†ΓΔΘΛΞΠß®©ΣΪ§≠°·Α±≤≥¥ΒΕΖΗΙΚΜΦΫΨΩάΝ¬ΟΡ≈Τ«»…\u00a0ΥΧΆΈœ–―“”‘’÷ΉΊΌΎέήίόΏύαβψδεφγηιξκλμνοπώρστθωςχυζϊϋΐΰ\u00ad"),
		"macturkish":  highHalf("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸĞğİıŞş‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙ\uf8a0ˆ˜¯˘˙˚¸˝˛ˇ"),
		"cp737":       highHalf("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u00a0"),
		"cp775":       highHalf("ĆüéāäģåćłēŖŗīŹÄÅÉæÆōöĢ¢ŚśÖÜø£Ø×¤ĀĪóŻżź”¦©®¬½¼Ł«»░▒▓│┤ĄČĘĖ╣║╗╝ĮŠ┐└┴┬├─┼ŲŪ╚╔╩╦╠═╬Žąčęėįšųūž┘┌█▄▌▐▀ÓßŌŃõÕµńĶķĻļņĒŅ’\u00ad±“¾¶§÷„°∙·¹³²■\u00a0"),
		"cp857":       highHalf("ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞşáíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ�ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµ�×ÚÛÙìÿ¯´\u00ad±�¾¶§÷¸°¨·¹³²■\u00a0"),
	}
	m["maccentraleurroman"], m["maccentraleurope"], m["cp10029"] = m["macce"], m["macce"], m["macce"]
	return m
}()

func (h highHalf) decode(b []byte) string {
	var out strings.Builder
	out.Grow(len(b) + len(b)/4)
	for _, c := range b {
		if c < utf8.RuneSelf {
			out.WriteByte(c)
		} else {
			out.WriteRune(h[c-utf8.RuneSelf])
		}
	}
	return out.String()
}

// decodeISO2022KR reads ISO-2022-KR (RFC 1557): between SO and SI the high bit of each
// byte of EUC-KR is missing.
func decodeISO2022KR(b []byte) string {
	out := make([]byte, 0, len(b))
	var high byte
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x1b && i+3 < len(b) && string(b[i+1:i+4]) == "$)C":
			i += 3
		case c == 0x0e:
			high = 0x80
		case c == 0x0f:
			high = 0
		case c > ' ' && c < 0x7f:
			out = append(out, c|high)
		default:
			out = append(out, c)
		}
	}
	return charset{name: "euc-kr", enc: korean.EUCKR}.decode(out)
}

// decodeUTF7 reads UTF-7 (RFC 2152); what is no valid sequence stays as it is.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); {
		if b[i] != '+' {
			if b[i] < utf8.RuneSelf {
				out.WriteByte(b[i])
			} else {
				out.WriteRune(utf8.RuneError)
			}
			i++
			continue
		}
		j := i + 1
		for j < len(b) && isBase64(b[j]) {
			j++
		}
		switch {
		case j == i+1 && j < len(b) && b[j] == '-':
			out.WriteByte('+')
			j++
		case j == i+1:
			out.WriteByte('+')
		default:
			out.WriteString(utf7Run(b[i+1 : j]))
			if j < len(b) && b[j] == '-' {
				j++
			}
		}
		i = j
	}
	return out.String()
}

func isBase64(c byte) bool { return c != '-' && c != '_' && base64Value[c] >= 0 }

// utf7Run decodes one base64 run of UTF-16 without padding.
func utf7Run(b []byte) string {
	var units []uint16
	var acc uint32
	bits := 0
	for _, c := range b {
		acc = acc<<6 | uint32(base64Value[c])
		if bits += 6; bits >= 16 {
			bits -= 16
			units = append(units, uint16(acc>>bits))
			acc &= 1<<bits - 1
		}
	}
	return string(utf16.Decode(units))
}
