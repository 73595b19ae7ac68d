// Package house_test walks the house and fails on an arrow that the design does
// not have.
package house_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "ask4.com/skarga/"

// mayImport says for each room which other rooms its code may import. Tests may
// also use internal/testserver.
var mayImport = map[string][]string{
	"complaint":      {},
	"ingest":         {"complaint"},
	"store":          {"complaint"},
	"templates":      {"complaint"},
	"scanner-import": {"complaint", "ingest"},
	"mailer":         {"complaint", "templates"},
	"casework":       {"complaint", "templates"},
	"web":            {"complaint", "casework", "ingest", "templates"},
	"cmd":            {"complaint", "casework", "ingest", "store", "templates", "scanner-import", "mailer", "web"},
	"internal":       {"complaint", "ingest", "store", "scanner-import"},
}

func TestRoomsImportOnlyWhatTheDesignAllows(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room, _, inside := strings.Cut(filepath.ToSlash(path), "/")
		if !inside {
			return nil
		}
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s: the design has no room %q", path, room)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		for _, i := range f.Imports {
			rest, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module)
			if !ours {
				continue
			}
			other, _, _ := strings.Cut(rest, "/")
			if other != room && !slices.Contains(allowed, other) {
				t.Errorf("%s imports %s: %s may import %v", path, rest, room, allowed)
			}
			if room == "ingest" && other == "ingest" && strings.HasPrefix(path, "ingest/") && rest == "ingest" {
				t.Errorf("%s imports the room it lies in: arrows inside ingest point from the top down", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Fatalf("walked %d files only: the test does not see the house", files)
	}
}

// TestEveryRuleOfThePolicyHasATest walks all tests: each of P1 to P17 stands in the name
// of at least one, e.g. TestP08P09Evidence or TestP12ToP16Year.
func TestEveryRuleOfThePolicyHasATest(t *testing.T) {
	t.Parallel()
	numbered := regexp.MustCompile(`^Test((?:P\d\d(?:To)?)+)`)
	rules := regexp.MustCompile(`P(\d\d)(To)?`)
	tested := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !numbered.MatchString(fn.Name.Name) {
				continue
			}
			for _, rule := range rules.FindAllStringSubmatch(numbered.FindStringSubmatch(fn.Name.Name)[1], -1) {
				tested[rule[1]] = append(tested[rule[1]], fn.Name.Name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 17; n++ {
		if rule := fmt.Sprintf("%02d", n); len(tested[rule]) == 0 {
			t.Errorf("no test carries P%s: name one TestP%s…", rule, rule)
		}
	}
	for rule, names := range tested {
		if rule < "01" || rule > "17" {
			t.Errorf("the policy has no P%s: %v", rule, names)
		}
	}
}

// TestPurePolicy keeps I/O and the wall clock out of the policy.
func TestThePolicyDoesNoIO(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("complaint/*.go")
	below, err2 := filepath.Glob("complaint/*/*.go")
	if err != nil || err2 != nil || len(paths) == 0 || len(below) == 0 {
		t.Fatal("no files in complaint/", err, err2)
	}
	paths = append(paths, below...)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			switch p := strings.Trim(i.Path.Value, `"`); p {
			case "os", "net", "net/http", "io", "database/sql", "log/slog":
				t.Errorf("%s imports %s: the policy does no I/O", path, p)
			}
		}
	}
}
