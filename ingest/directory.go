package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// CustomerList is a Directory that was read from a file.
type CustomerList struct {
	accounts map[string][]Customer // by account, folded
	names    map[string][]Customer // by name, folded, its words in order
}

// directoryColumns are the columns of the file by their possible names.
var directoryColumns = map[string]string{
	"account": "account", "account number": "account", "customer": "account", "numer klienta": "account", "konto": "account",
	"name": "name", "customer name": "name", "imię i nazwisko": "name", "nazwa": "name",
	"building": "building", "budynek": "building",
	"room": "room", "flat": "room", "unit": "room", "pokój": "room", "lokal": "room",
	"address": "address", "postal address": "address", "adres": "address",
	"email": "email", "e-mail": "email", "mail": "email",
}

// ReadDirectory reads customers from CSV with a header line: account, name, building,
// room, address (lines divided by ";" or line ends, or by ", ") and e-mail, in any
// order; further columns are left alone. Fields may be divided by commas or by
// semicolons. The error names the line.
func ReadDirectory(r io.Reader) (*CustomerList, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("ingest: directory: %w", err)
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	in := csv.NewReader(strings.NewReader(text))
	head, _, _ := strings.Cut(text, "\n")
	if strings.Count(head, ";") > strings.Count(head, ",") {
		in.Comma = ';'
	}
	in.FieldsPerRecord = -1
	in.TrimLeadingSpace = true
	d := &CustomerList{accounts: map[string][]Customer{}, names: map[string][]Customer{}}
	columns := map[string]int{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("ingest: directory: %w", err)
		}
		if len(columns) == 0 {
			for i, name := range row {
				if known := directoryColumns[complaint.Fold(name)]; known != "" {
					columns[known] = i
				}
			}
			if _, ok := columns["name"]; !ok {
				return nil, fmt.Errorf("ingest: directory: the first line must name the columns, e.g. account,name,building,room,address,email; it is %q", strings.Join(row, ","))
			}
			continue
		}
		d.add(row, columns)
	}
	return d, nil
}

func (d *CustomerList) add(row []string, columns map[string]int) {
	at := func(name string) string {
		i, ok := columns[name]
		if !ok || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	c := Customer{Account: at("account"), Name: at("name"), Building: at("building"), Room: at("room"), Email: at("email")}
	split := func(r rune) bool { return r == ';' || r == '\n' || r == '\r' }
	address := at("address")
	if !strings.ContainsFunc(address, split) {
		address = strings.ReplaceAll(address, ", ", ";")
	}
	for _, line := range strings.FieldsFunc(address, split) {
		if line = strings.TrimSpace(line); line != "" {
			c.Address = append(c.Address, line)
		}
	}
	if c.Account != "" {
		d.accounts[complaint.Fold(c.Account)] = append(d.accounts[complaint.Fold(c.Account)], c)
	}
	if key := nameKey(c.Name); key != "" {
		d.names[key] = append(d.names[key], c)
	}
}

// Find finds the one customer with an account, or where none is given with a name. An
// account that several share, as in a family, needs the name too.
func (d *CustomerList) Find(account, name string) (Customer, bool) {
	found := d.names[nameKey(name)]
	if account != "" {
		found = d.accounts[complaint.Fold(account)]
		if i := slices.IndexFunc(found, func(c Customer) bool { return sameName(c.Name, name) }); i >= 0 {
			return found[i], true
		}
	}
	if len(found) != 1 {
		return Customer{}, false
	}
	return found[0], true
}
