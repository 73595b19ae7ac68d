package complaint

// Nearest gives the one of the known words that a mistyped one is most like, in any
// case; "" if none is like it.
func Nearest(word string, known []string) string {
	best, at := "", len(word)/2+1
	for _, k := range known {
		if n := distance(Fold(word), Fold(k)); n < at {
			best, at = k, n
		}
	}
	return best
}

// distance counts the signs to insert, drop or change to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			n := corner
			if a[i] != b[j] {
				n = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], n
		}
	}
	return row[len(b)]
}
