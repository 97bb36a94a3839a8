// Package cmd holds the programs; its test holds the house's import table.
package cmd

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// room is a folder of the house, what its packages may import, and why not
// more.
type room struct {
	allow  []string // prefixes of import paths; "std" is the standard library
	forbid []string // of the standard library
	why    string
}

// rooms is the table of docs/ARCHITECTURE.md. The longest prefix rules.
var rooms = map[string]room{
	"sitwell/posture": {
		allow: []string{"std"}, forbid: []string{"os", "net", "database", "log", "io/fs", "os/exec", "syscall"},
		why: "the domain has no IO, so that a day replays in a second",
	},
	"sitwell/posture/relief":  {allow: []string{"std", "sitwell/posture"}, forbid: []string{"os", "net", "database"}, why: "the programme is data and a choice"},
	"sitwell/posture/coach":   {allow: []string{"std", "sitwell/posture"}, forbid: []string{"os", "net", "database", "log"}, why: "a coach sees observations and nothing else, so that a recording counts as the live camera does"},
	"sitwell/posture/history": {allow: []string{"std", "sitwell/posture"}, forbid: []string{"os", "net", "database"}, why: "sums over what is stored, nothing else"},
	"sitwell/posture/report":  {allow: []string{"std", "sitwell/posture", "sitwell/posture/history", "sitwell/posture/relief"}, forbid: []string{"os", "net", "database"}, why: "it writes what history tells, to whoever hands it a writer"},
	"sitwell/posture/sqlite": {
		allow: []string{"std", "sitwell/posture", "sitwell/posture/history", "github.com/mattn/go-sqlite3", "golang.org/x/sys"}, forbid: []string{"net/http", "net/rpc"},
		why: "the store knows the domain and the disk",
	},
	"sitwell/posture/monitor": {
		allow: []string{"std", "sitwell/posture", "sitwell/posture/coach"}, forbid: []string{"net", "database"},
		why: "the loops see the domain and a process; adapters are handed in",
	},
	"sitwell/vision": {
		allow: []string{"std", "sitwell/posture", "sitwell/models", "gocv.io/x/gocv", "github.com/yalue/onnxruntime_go", "golang.org/x/sys"}, forbid: []string{"net/http", "database"},
		why: "the eye sees pixels, and has no network and no database",
	},
	"sitwell/web": {
		allow: []string{"std", "sitwell/posture", "github.com/gorilla/websocket"}, forbid: []string{"database", "os/exec"},
		why: "the page's server knows the domain and HTTP",
	},
	"sitwell/models":          {allow: []string{"std"}, forbid: []string{"net", "database"}, why: "files and their sums"},
	"sitwell/cmd":             {allow: []string{"std", "sitwell", "github.com/spf13", "github.com/pelletier/go-toml/v2"}, why: "wiring sees everything of ours"},
	"sitwell/cmd/sitwell-eye": {allow: []string{"std", "sitwell/vision", "sitwell/posture", "sitwell/models", "github.com/spf13"}, forbid: []string{"net", "database"}, why: "the eye opens no socket"},
	"sitwell/cmd/sitwell-lab": {
		allow: []string{"std", "sitwell", "github.com/spf13", "gocv.io/x/gocv", "github.com/yalue/onnxruntime_go", "golang.org/x/sys"},
		why:   "the lab measures all of it",
	},
}

type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

// list asks the go command for packages; cgo's C++ is not built for that.
func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Standard,Imports,Deps"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		var x *exec.ExitError
		if errors.As(err, &x) {
			t.Fatalf("go list: %v: %s", err, x.Stderr)
		}
		t.Fatal(err)
	}
	var packages []listed
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func within(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

func TestImportTable(t *testing.T) {
	seen := 0
	for _, p := range list(t, "./...") {
		var rule room
		best := ""
		for prefix, r := range rooms {
			if within(p.ImportPath, prefix) && len(prefix) > len(best) {
				best, rule = prefix, r
			}
		}
		if best == "" {
			t.Errorf("%s is in no room of the table in docs/ARCHITECTURE.md", p.ImportPath)
			continue
		}
		seen++
		for _, i := range p.Imports {
			if i == "C" {
				continue
			}
			std := !strings.Contains(strings.Split(i, "/")[0], ".") && !within(i, "sitwell")
			ok := false
			for _, a := range rule.allow {
				ok = ok || a == "std" && std || a != "std" && within(i, a)
			}
			for _, f := range rule.forbid {
				if std && within(i, f) {
					ok = false
				}
			}
			// posture's subpackages are adapters and siblings; they and
			// posture itself do not know each other, unless it is said.
			if within(p.ImportPath, "sitwell/posture") && within(i, "sitwell/posture") && i != "sitwell/posture" {
				ok = slices.Contains(rule.allow, i)
			}
			if !ok {
				t.Errorf("%s imports %s: %s", p.ImportPath, i, rule.why)
			}
		}
	}
	if seen < 6 {
		t.Errorf("only %d packages were checked", seen)
	}
}

// TestServiceSeesNoPixel holds that the service builds without OpenCV and
// without a model, and the eye without HTTP or a database. (Its flags' library knows the types of
// package net.)
func TestServiceSeesNoPixel(t *testing.T) {
	for program, banned := range map[string][]string{
		"./cmd/sitwell":     {"gocv.io/x/gocv", "github.com/yalue/onnxruntime_go", "sitwell/vision", "sitwell/models"},
		"./cmd/sitwell-eye": {"net/http", "database/sql", "github.com/mattn/go-sqlite3", "sitwell/web"},
	} {
		for _, p := range list(t, program) {
			for _, d := range p.Deps {
				for _, b := range banned {
					if d == b || strings.HasPrefix(d, b+"/") {
						t.Errorf("%s depends on %s", program, d)
					}
				}
			}
		}
	}
}
