package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

const testPort = 8420

// visits are those to expect and those to fear. The guard has this machine's names at port
// 8420, the user's desk.example and the proxy's sit.example:9000.
var visits = []struct {
	name string
	visit
	in bool
}{
	// Reading, as a person's browser and as a script.
	{"page by name", visit{Host: "localhost:8420", FetchSite: values("none")}, true},
	{"page by address", visit{Host: "127.0.0.1:8420"}, true},
	{"page by IPv6 address", visit{Host: "[::1]:8420"}, true},
	{"name in capitals", visit{Host: "LOCALHOST:8420"}, true},
	{"head", visit{Method: "HEAD", Host: "127.0.0.1:8420"}, true},
	{"fetch by the page", visit{Host: "127.0.0.1:8420", FetchSite: values("same-origin"), FetchMode: values("cors"), FetchDest: values("empty")}, true},
	{"own origin", visit{Host: "127.0.0.1:8420", Origin: values("http://127.0.0.1:8420")}, true},
	{"link on another page", visit{Host: "localhost:8420", FetchSite: values("cross-site"), FetchMode: values("navigate"), FetchDest: values("document")}, true},

	// Names that are not ours.
	{"foreign host", visit{Host: "evil.test"}, false},
	{"foreign host at our port", visit{Host: "evil.test:8420"}, false},
	{"rebound pair", visit{Host: "evil.test:8420", Origin: values("http://evil.test:8420")}, false},
	{"rebound pair on a POST", visit{Method: "POST", Host: "evil.test:8420", Origin: values("http://evil.test:8420"), FetchSite: values("same-origin")}, false},
	{"rebound pair on a WebSocket", visit{WebSocket: true, Host: "evil.test:8420", Origin: values("http://evil.test:8420")}, false},
	{"unspecified address", visit{Host: "0.0.0.0:8420"}, false},
	{"unspecified IPv6 address", visit{Host: "[::]:8420"}, false},
	{"our name as a prefix", visit{Host: "localhost.com:8420"}, false},
	{"our name as a suffix", visit{Host: "evil-localhost:8420"}, false},
	{"our address as a prefix", visit{Host: "127.0.0.1.nip.io:8420"}, false},
	{"dot at the end", visit{Host: "localhost.:8420"}, false},
	{"wrong port", visit{Host: "localhost:8421"}, false},
	{"no port", visit{Host: "localhost"}, false},
	{"port with a zero before", visit{Host: "localhost:08420"}, false},
	{"no host", visit{}, false},
	{"user before the host", visit{Host: "evil.test@localhost:8420"}, false},
	{"space after the host", visit{Host: "localhost:8420 "}, false},
	{"address as a number", visit{Host: "2130706433:8420"}, false},
	{"IPv6 address written long", visit{Host: "[0:0:0:0:0:0:0:1]:8420"}, false},

	// Reading for another page.
	{"foreign origin", visit{Host: "localhost:8420", Origin: values("http://evil.test")}, false},
	{"null origin", visit{Host: "localhost:8420", Origin: values("null")}, false},
	{"empty origin", visit{Host: "localhost:8420", Origin: values("")}, false},
	{"origin of another of our names", visit{Host: "localhost:8420", Origin: values("http://127.0.0.1:8420")}, false},
	{"origin at another port", visit{Host: "localhost:8420", Origin: values("http://localhost:3000")}, false},
	{"origin without the port", visit{Host: "localhost:8420", Origin: values("http://localhost")}, false},
	{"origin of another scheme", visit{Host: "localhost:8420", Origin: values("https://localhost:8420")}, false},
	{"origin with a path", visit{Host: "localhost:8420", Origin: values("http://localhost:8420/")}, false},
	{"two origins, ours first", visit{Host: "localhost:8420", Origin: values("http://localhost:8420", "http://evil.test")}, false},
	{"picture on another page", visit{Host: "localhost:8420", FetchSite: values("cross-site"), FetchMode: values("no-cors"), FetchDest: values("image")}, false},
	{"script on a page at another port", visit{Host: "localhost:8420", FetchSite: values("same-site"), FetchMode: values("no-cors"), FetchDest: values("script")}, false},
	{"frame on another page", visit{Host: "localhost:8420", FetchSite: values("cross-site"), FetchMode: values("navigate"), FetchDest: values("iframe")}, false},
	{"unknown site", visit{Host: "localhost:8420", FetchSite: values("near")}, false},
	{"two sites", visit{Host: "localhost:8420", FetchSite: values("same-origin", "cross-site")}, false},

	// Changing something.
	{"POST by the page", visit{Method: "POST", Host: "localhost:8420", Origin: values("http://localhost:8420"), FetchSite: values("same-origin")}, true},
	{"POST with our origin", visit{Method: "POST", Host: "[::1]:8420", Origin: values("http://[::1]:8420")}, true},
	{"POST with our site", visit{Method: "POST", Host: "localhost:8420", FetchSite: values("same-origin")}, true},
	{"DELETE by the page", visit{Method: "DELETE", Host: "localhost:8420", Origin: values("http://localhost:8420")}, true},
	{"POST with neither", visit{Method: "POST", Host: "localhost:8420"}, false},
	{"POST typed by a person", visit{Method: "POST", Host: "localhost:8420", FetchSite: values("none")}, false},
	{"cross-site POST", visit{Method: "POST", Host: "localhost:8420", Origin: values("http://evil.test"), FetchSite: values("cross-site")}, false},
	{"cross-site POST of a form", visit{Method: "POST", Host: "localhost:8420", FetchSite: values("cross-site"), FetchMode: values("navigate"), FetchDest: values("document")}, false},
	{"POST from another port", visit{Method: "POST", Host: "localhost:8420", Origin: values("http://localhost:3000"), FetchSite: values("same-site")}, false},
	{"POST with our origin, yet from another site", visit{Method: "POST", Host: "localhost:8420", Origin: values("http://localhost:8420"), FetchSite: values("cross-site")}, false},
	{"POST with a null origin", visit{Method: "POST", Host: "localhost:8420", Origin: values("null")}, false},
	{"cross-site DELETE", visit{Method: "DELETE", Host: "localhost:8420", Origin: values("http://evil.test")}, false},
	{"preflight", visit{Method: "OPTIONS", Host: "localhost:8420", Origin: values("http://evil.test")}, false},
	{"unknown method", visit{Method: "BREW", Host: "localhost:8420"}, false},
	{"method in small letters", visit{Method: "get", Host: "localhost:8420"}, false},

	// WebSockets.
	{"socket of the page", visit{WebSocket: true, Host: "localhost:8420", Origin: values("http://localhost:8420")}, true},
	{"socket of the page by address", visit{WebSocket: true, Host: "127.0.0.1:8420", Origin: values("http://127.0.0.1:8420")}, true},
	{"socket of the page by IPv6 address", visit{WebSocket: true, Host: "[::1]:8420", Origin: values("http://[::1]:8420")}, true},
	{"socket without an origin", visit{WebSocket: true, Host: "localhost:8420"}, false},
	{"socket without an origin, yet with our site", visit{WebSocket: true, Host: "localhost:8420", FetchSite: values("same-origin")}, false},
	{"socket with a foreign origin", visit{WebSocket: true, Host: "localhost:8420", Origin: values("http://evil.test")}, false},
	{"socket with a null origin", visit{WebSocket: true, Host: "localhost:8420", Origin: values("null")}, false},
	{"socket from another port", visit{WebSocket: true, Host: "localhost:8420", Origin: values("http://localhost:8421")}, false},
	{"socket with the socket's scheme", visit{WebSocket: true, Host: "localhost:8420", Origin: values("ws://localhost:8420")}, false},
	{"socket with two origins", visit{WebSocket: true, Host: "localhost:8420", Origin: values("http://localhost:8420", "http://localhost:8420")}, false},

	// The user's own names.
	{"own name at our port", visit{WebSocket: true, Host: "desk.example:8420", Origin: values("http://desk.example:8420")}, true},
	{"own name behind a proxy", visit{WebSocket: true, Host: "desk.example", Origin: values("https://desk.example")}, true},
	{"own name with its port", visit{Method: "POST", Host: "sit.example:9000", Origin: values("https://sit.example:9000")}, true},
	{"own name at another port", visit{Host: "sit.example:8420"}, false},
	{"own name's neighbour", visit{Host: "www.desk.example:8420"}, false},
	{"own name with a foreign origin", visit{Method: "POST", Host: "desk.example", Origin: values("https://sit.example:9000")}, false},
}

func values(v ...string) []string { return v }

func testGuard(t testing.TB) guard {
	t.Helper()
	g, err := newGuard(testPort, "0.0.0.0", []string{"Desk.example", "sit.example:9000"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGuard(t *testing.T) {
	g := testGuard(t)
	for _, c := range visits {
		t.Run(c.name, func(t *testing.T) {
			v := c.visit
			if v.Method == "" {
				v.Method = http.MethodGet
			}
			if err := g.check(v); (err == nil) != c.in {
				t.Errorf("let in %v, want %v (%v)", err == nil, c.in, err)
			}
		})
	}
}

func TestGuardOfNothing(t *testing.T) {
	if err := (guard{}).check(visit{Method: "GET", Host: ""}); err == nil {
		t.Error("a guard without hosts let someone in")
	}
}

func TestGuardNames(t *testing.T) {
	for _, c := range []struct {
		name  string
		bound string
		port  int
		hosts []string
		host  string
		in    bool
	}{
		{"bound to one address", "192.168.1.5", 8420, nil, "192.168.1.5:8420", true},
		{"bound to one IPv6 address", "fd00::5", 8420, nil, "[fd00::5]:8420", true},
		{"bound to all", "0.0.0.0", 8420, nil, "192.168.1.5:8420", false},
		{"bound to all by no name", "", 8420, nil, "192.168.1.5:8420", false},
		{"bound to all IPv6", "::", 8420, nil, "[::]:8420", false},
		{"scheme's own port", "", 80, nil, "localhost", true},
		{"IPv6 address of the user", "", 8420, []string{"fd00:0::5"}, "[fd00::5]:8420", true},
		{"IPv6 address with port of the user", "", 8420, []string{"[fd00::5]:90"}, "[fd00::5]:90", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := newGuard(c.port, c.bound, c.hosts)
			if err != nil {
				t.Fatal(err)
			}
			if err := g.check(visit{Method: "GET", Host: c.host}); (err == nil) != c.in {
				t.Errorf("let in %v, want %v (%v)", err == nil, c.in, err)
			}
		})
	}
	for _, name := range []string{"", "*", "*.example", "http://desk.example", "desk.example/", "desk.example:", "desk.example:0", "desk.example:http", "desk example", ".example", "a:b:c", "fe80::1%eth0"} {
		t.Run("refused "+name, func(t *testing.T) {
			_, err := newGuard(8420, "", []string{name})
			if err == nil || !strings.Contains(err.Error(), "allowed host") {
				t.Errorf("got %v, want an error that names the allowed host", err)
			}
		})
	}
}

// FuzzGuard holds what no header may break: who comes in has named us, and
// who changes something or opens a socket is our own page.
func FuzzGuard(f *testing.F) {
	for _, c := range visits {
		f.Add(c.Method, c.WebSocket, c.Host, strings.Join(c.Origin, "|"), strings.Join(c.FetchSite, "|"), strings.Join(c.FetchMode, "|"), strings.Join(c.FetchDest, "|"))
	}
	g := testGuard(f)
	ours := []string{"localhost:8420", "127.0.0.1:8420", "[::1]:8420", "desk.example", "desk.example:8420", "sit.example:9000"}
	split := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, "|")
	}
	f.Fuzz(func(t *testing.T, method string, socket bool, host, origin, site, mode, dest string) {
		v := visit{method, socket, host, split(origin), split(site), split(mode), split(dest)}
		if g.check(v) != nil {
			return
		}
		name := strings.ToLower(host)
		if !slices.Contains(ours, name) {
			t.Fatalf("host %q came in", host)
		}
		own := origin == "http://"+name && name != "desk.example:443" || origin == "https://"+name && (strings.HasPrefix(name, "desk.") || strings.HasPrefix(name, "sit."))
		if origin != "" && !own {
			t.Fatalf("origin %q came in at %q", origin, host)
		}
		if socket && !own {
			t.Fatalf("a socket came in at %q with the origin %q", host, origin)
		}
		if !socket && method != "GET" && method != "HEAD" && !own && site != "same-origin" {
			t.Fatalf("%q came in with origin %q and site %q", method, origin, site)
		}
		if strings.Contains(site, "cross-site") && !socket && (mode != "navigate" || dest != "document") {
			t.Fatalf("site %q came in with mode %q and destination %q", site, mode, dest)
		}
	})
}
