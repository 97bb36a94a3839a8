package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitwell/posture/sqlite"
)

func TestZoneName(t *testing.T) {
	in := func(name string) *time.Location {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return zone
	}
	const zones = "/usr/share/zoneinfo/"
	half := time.FixedZone("", 5*3600+1800)
	for name, c := range map[string]struct {
		tz, link, file string
		local          *time.Location
		want           string
	}{
		"TZ":                          {"Europe/Berlin", "", "", in("Europe/Berlin"), "Europe/Berlin"},
		"TZ with a colon":             {":Europe/Berlin", "", "", in("Europe/Berlin"), "Europe/Berlin"},
		"TZ of a file":                {zones + "Europe/Berlin", "", "", in("Europe/Berlin"), "Europe/Berlin"},
		"TZ goes before all":          {"Europe/Berlin", zones + "Europe/Paris", "Europe/Rome", in("Europe/Berlin"), "Europe/Berlin"},
		"TZ that is no zone is UTC":   {"CET-1CEST", zones + "Europe/Berlin", "", time.UTC, "UTC"},
		"link":                        {"", zones + "America/Argentina/Ushuaia", "", in("America/Argentina/Ushuaia"), "America/Argentina/Ushuaia"},
		"relative link":               {"", "../usr/share/zoneinfo/Asia/Kolkata", "", in("Asia/Kolkata"), "Asia/Kolkata"},
		"link to the POSIX ones":      {"", zones + "posix/Asia/Tokyo", "", in("Asia/Tokyo"), "Asia/Tokyo"},
		"file":                        {"", "", "Europe/Berlin\n", in("Europe/Berlin"), "Europe/Berlin"},
		"file that is out of date":    {"", "", "America/New_York\n", in("Europe/Berlin"), "UTC+01:00"},
		"link that leads nowhere":     {"", "nowhere", "Europe/Berlin", in("Europe/Berlin"), "Europe/Berlin"},
		"link to itself":              {"", "localtime", "Europe/Berlin", in("Europe/Berlin"), "Europe/Berlin"},
		"file of rubbish":             {"", "", strings.Repeat("x", 1000), in("Europe/Berlin"), "UTC+01:00"},
		"nothing":                     {"", "", "", half, "UTC+05:30"},
		"nothing, west":               {"", "", "", time.FixedZone("", -3*3600), "UTC-03:00"},
		"nothing, UTC":                {"", "", "", time.UTC, "UTC"},
		"Local is not a zone's name":  {"Local", "", "", half, "UTC+05:30"},
		"same in winter, not in July": {"", "", "Africa/Algiers", in("Europe/Berlin"), "UTC+01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			etc := t.TempDir()
			if c.link != "" {
				if err := os.Symlink(c.link, filepath.Join(etc, "localtime")); err != nil {
					t.Fatal(err)
				}
			}
			if c.file != "" {
				if err := os.WriteFile(filepath.Join(etc, "timezone"), []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := zoneName(c.tz, etc, c.local, time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What is found out can be stored, and is once.
func TestKeepZone(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		keepZone(t.Context(), slog.New(slog.DiscardHandler), store)
	}
	zones, err := store.History().Zones(t.Context())
	if err != nil || len(zones) != 1 || !sameOffsets(zones[0].Zone, time.Local, time.Now()) {
		t.Errorf("got %v, %v, want that of this machine", zones, err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	keepZone(t.Context(), slog.New(slog.DiscardHandler), store) // that fails is no reason to end
}
