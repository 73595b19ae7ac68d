package ingest

// Side is one page of a letter, to be held against another scan of it.
type Side struct {
	FileID  string
	Number  int    // in the file
	Hash    string // of its picture; empty when there is none, or nothing on it
	Blank   bool   // nothing is on it
	Damaged bool   // a part of it was not seen, and cannot be the same
	Text    []rune // its letters and digits, folded; nil until it is read
	Exact   bool   // nobody had to make them out: the file says them
}

// Of two scans of one page so many of a hundred letters may be read otherwise; a page of few
// letters is like many others.
const (
	misread    = 5
	fewLetters = 60
)

// exactly says whether two pages are one picture, in two files.
func (s Side) exactly(o Side) bool {
	return s.FileID != o.FileID && s.Hash != "" && s.Hash == o.Hash && !s.Damaged && !o.Damaged
}

// alike says whether two pages of two files say the same.
func (s Side) alike(o Side) bool {
	most := len(s.Text) * misread / 100
	if s.Exact || o.Exact {
		most = 0
	}
	return s.FileID != o.FileID && !s.Damaged && !o.Damaged && len(s.Text) >= fewLetters && within(s.Text, o.Text, most)
}

// within says whether one text is made of another by at most so many changes of a letter.
func within(a, b []rune, most int) bool {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return false
	}
	far := most + 1
	was, now := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range was {
		was[j] = min(j, far)
	}
	for i, x := range a {
		from, to := max(0, i-most), min(len(b), i+1+most)
		if now[from] = far; from == 0 {
			now[0] = min(i+1, far)
		}
		least := now[from]
		for j := from; j < to; j++ {
			step := was[j] + 1
			if x == b[j] {
				step--
			}
			above := far
			if j+1 <= i+most {
				above = was[j+1] + 1
			}
			now[j+1] = min(step, above, now[j]+1, far)
			least = min(least, now[j+1])
		}
		if least == far {
			return false
		}
		was, now = now, was
	}
	return was[len(b)] <= most
}
