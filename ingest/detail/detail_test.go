package detail

func staff() []StaffName {
	return []StaffName{
		{Name: "Anna Kowalska"}, {Name: "Piotr Nowak"}, {Name: "Michał Wiśniewski", Aliases: []string{"Mike W"}},
		{Name: "Sean O'Brien"}, {Name: "Agnieszka Kowalska-Zając"}, {Name: "Marek Gołąb"}, {Name: "Sarah Johnson"},
		{Name: "Olga Mazur"}, {Name: "Paweł Kupiec"}, {Name: "Jerzy Wójcik"},
	}
}

func hostile() map[string]string {
	return map[string]string{
		"digits": "1", "spaced digits": "0 ", "at": "a@", "dots": "a.", "letters": "a", "at sign": "@", "groups": "0770 ",
		"dates": "12/03/2026 ", "half dates": "12/", "postcodes": "S1 4DP\n", "commas": "S1 4DP,", "lines": "12 High Street\n", "regards": "regards\n",
		"tickets": "ticket 4711 ", "labels": "ticket number ", "names": "Anna Kowalska ", "titles": "Mr A. ", "sender": "Jane ", "references": "ASK4-26-",
		"iso": "2026-03-12T15:30:00Z ", "plus": "+44 ", "invalid": "\xff", "phone": "07700 900123 ", "swear": "kurwa ", "urls": "http://a1 ", "ends": "last ",
	}
}
