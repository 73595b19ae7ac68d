package complaint

// Nearest gives the one of the known words that a mistyped one is most like, in any
// case; "" if none is like it.
func Nearest(word string, known []string) string {
	best, at := "", len(word)/2+1
	for _, k := range known {
		if n := Distance(Fold(word), Fold(k)); n < at {
			best, at = k, n
		}
	}
	return best
}

// Distance is the number of runes to insert, delete or change to make one text the
// other (Levenshtein). The work grows with the product of their lengths.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		before := row[0]
		row[0] = i + 1
		for j, s := range y {
			cost := before
			if r != s {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(y)]
}
