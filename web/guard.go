package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// guard decides by its headers alone whether a request may come in. A page of
// another site can make the browser send requests here, and can make its own
// name resolve to this machine; it can't choose the Host and Origin that the
// browser then sends.
type guard struct {
	// hosts are the values of Host that are ours, in lower case with the
	// port as browsers send it, and the origins pages there have.
	hosts map[string][]string
}

// newGuard allows this machine's own names at port, the host that is bound
// when it is one in particular, and the user's names.
func newGuard(port int, bound string, names []string) (guard, error) {
	g := guard{hosts: map[string][]string{}}
	own := strconv.Itoa(port)
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		g.allow(name, own, "http")
	}
	if ip, ok := parseIP(bound); ok && ip != "0.0.0.0" && ip != "::" {
		g.allow(ip, own, "http")
	}
	for _, name := range names {
		host, at, err := splitName(name)
		if err != nil {
			return guard{}, err
		}
		if at != "" {
			g.allow(host, at, "http", "https")
			continue
		}
		// A proxy may stand before us, at its scheme's own port.
		g.allow(host, own, "http", "https")
		g.allow(host, "80", "http")
		g.allow(host, "443", "https")
	}
	return g, nil
}

// splitName reads "name" or "name:port".
func splitName(name string) (host, port string, err error) {
	host = strings.ToLower(name)
	if ip, ok := parseIP(strings.Trim(host, "[]")); ok {
		return ip, "", nil
	}
	if strings.Contains(host, ":") {
		if host, port, err = net.SplitHostPort(host); err != nil {
			return "", "", fmt.Errorf("allowed host %q: %w", name, err)
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", "", fmt.Errorf("allowed host %q: port %q is not a number from 1 to 65535", name, port)
		}
	}
	if ip, ok := parseIP(host); ok {
		return ip, port, nil
	}
	if host == "" || strings.HasPrefix(host, ".") || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return "", "", fmt.Errorf("allowed host %q: not a name or an address, as desk.example or desk.example:8420", name)
	}
	return host, port, nil
}

// parseIP gives an address as browsers write it.
func parseIP(host string) (string, bool) {
	ip, err := netip.ParseAddr(host)
	return ip.String(), err == nil && ip.Zone() == ""
}

func (g guard) allow(host, port string, schemes ...string) {
	for _, scheme := range schemes {
		at := net.JoinHostPort(host, port)
		if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
			at = strings.TrimSuffix(at, ":"+port)
		}
		g.hosts[at] = append(g.hosts[at], scheme+"://"+at)
	}
}

// visit is what the guard looks at: a request's headers, each with all the
// values that came.
type visit struct {
	Method    string
	WebSocket bool
	Host      string
	Origin    []string
	FetchSite []string // Sec-Fetch-Site and so on
	FetchMode []string
	FetchDest []string
}

func newVisit(r *http.Request, webSocket bool) visit {
	return visit{
		Method:    r.Method,
		WebSocket: webSocket,
		Host:      r.Host,
		Origin:    r.Header["Origin"],
		FetchSite: r.Header["Sec-Fetch-Site"],
		FetchMode: r.Header["Sec-Fetch-Mode"],
		FetchDest: r.Header["Sec-Fetch-Dest"],
	}
}

// check returns nil for a visit that may come in and else says why not.
// Whatever it does not know stays out.
func (g guard) check(v visit) error {
	origins, ours := g.hosts[strings.ToLower(v.Host)]
	if !ours {
		return fmt.Errorf("host %.100q is not a name of this service; if it is yours, add it to the allowed hosts", v.Host)
	}
	if len(v.Origin) > 1 || len(v.FetchSite) > 1 {
		return errors.New("a header that says where the request comes from is given twice")
	}
	sameOrigin := false
	if len(v.Origin) == 1 {
		for _, origin := range origins {
			sameOrigin = sameOrigin || v.Origin[0] == origin
		}
		if !sameOrigin {
			return fmt.Errorf("origin %.100q is not the page of %s", v.Origin[0], v.Host)
		}
	}
	if v.WebSocket {
		// Every browser sends an Origin with a WebSocket.
		if !sameOrigin {
			return fmt.Errorf("a WebSocket needs the header Origin: %s", origins[0])
		}
		return nil
	}
	site := ""
	if len(v.FetchSite) == 1 {
		site = v.FetchSite[0]
	}
	switch v.Method {
	case http.MethodGet, http.MethodHead:
		switch {
		case len(v.FetchSite) == 0, site == "same-origin", site == "none":
			return nil
		case only(v.FetchMode, "navigate") && only(v.FetchDest, "document"):
			return nil // a link on another page was followed
		}
		return fmt.Errorf("a %.20q request for data is refused", site)
	default:
		switch {
		case sameOrigin && len(v.FetchSite) == 0, site == "same-origin":
			return nil
		}
		return fmt.Errorf("a %.20s request must come from the page itself, or have the header Origin: %s", v.Method, origins[0])
	}
}

func only(values []string, value string) bool {
	return len(values) == 1 && values[0] == value
}
