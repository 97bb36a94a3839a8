package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// cookieFor is how long a browser stays let in.
const cookieFor = 30 * 24 * time.Hour

// token is the secret that lets a client in. The empty one lets all in.
type token struct {
	secret string
	cookie string // its name; cookies are shared between ports
}

func newToken(secret string, port int) token {
	return token{secret: secret, cookie: "sitwell_" + strconv.Itoa(port)}
}

// query is what to add to the page's address.
func (t token) query() string {
	if t.secret == "" {
		return ""
	}
	return "?" + url.Values{"token": {t.secret}}.Encode()
}

// cookieValue is derived, for the secret may hold what a cookie can't.
func (t token) cookieValue() string {
	sum := hmac.New(sha256.New, []byte(t.secret))
	sum.Write([]byte("cookie"))
	return hex.EncodeToString(sum.Sum(nil))
}

// equal compares without telling by its time where the two differ, nor how
// long they are.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return hmac.Equal(x[:], y[:])
}

// lets reports whether r carries the token as a cookie or as a script's
// header.
func (t token) lets(r *http.Request) bool {
	if t.secret == "" {
		return true
	}
	if scheme, value, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		return equal(value, t.secret)
	}
	cookie, err := r.Cookie(t.cookie)
	return err == nil && equal(cookie.Value, t.cookieValue())
}

// take turns the token in a page's address into a cookie and sends the
// browser to the clean address. It reports whether it answered.
func (t token) take(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	if t.secret == "" || !query.Has("token") || !equal(query.Get("token"), t.secret) {
		return false
	}
	http.SetCookie(w, &http.Cookie{
		Name:     t.cookie,
		Value:    t.cookieValue(),
		Path:     "/",
		MaxAge:   int(cookieFor.Seconds()),
		HttpOnly: true,
		SameSite: http.SameSiteStrictMode,
	})
	query.Del("token")
	// Cleaned, so that it can't lead to another host.
	clean := url.URL{Path: path.Clean("/" + r.URL.Path), RawQuery: query.Encode()}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", clean.String())
	w.WriteHeader(http.StatusSeeOther)
	return true
}
