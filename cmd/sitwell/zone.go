package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // so that a zone lived by elsewhere is known on every machine

	"sitwell/posture/sqlite"
)

// keepZone stores the time zone of this machine where it is another than the
// last one. Failing to is no reason not to watch.
func keepZone(ctx context.Context, log *slog.Logger, stores ...*sqlite.Store) {
	now := time.Now()
	tz, _ := os.LookupEnv("TZ")
	name := zoneName(tz, "/etc", time.Local, now)
	for _, s := range stores {
		saved, err := s.SaveZone(ctx, now, name)
		if err != nil {
			log.Warn("the time zone was not stored", "zone", name, "error", err)
		} else if saved {
			log.Info("days are told in a time zone from now on", "zone", name, "database", s.Path())
		}
	}
}

// zoneName is the name of the zone local in the IANA database: the first of what
// TZ, the link etc/localtime and the file etc/timezone say that has local's
// offsets. When none has, it is local's offset at now, as in "UTC+05:30".
func zoneName(tz, etc string, local *time.Location, now time.Time) string {
	for _, name := range []string{
		zoneOf(strings.TrimPrefix(tz, ":")), zoneOf(filepath.Join(etc, "localtime")), zoneIn(filepath.Join(etc, "timezone")),
	} {
		if name == "" || name == "Local" {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil && sameOffsets(zone, local, now) {
			return name
		}
	}
	at := now.In(local)
	if _, offset := at.Zone(); offset == 0 {
		return "UTC"
	}
	return at.Format("UTC-07:00")
}

// maxLinks is how many links are followed, as many as systems do.
const maxLinks = 40

// zoneOf is the zone that TZ or a link names, as a zone or as a file among those
// of the database.
func zoneOf(name string) string {
	if !filepath.IsAbs(name) {
		return name
	}
	// A zone may be a link to another one: the first name is the one that was
	// chosen.
	path := name
	for range maxLinks {
		if _, zone, ok := strings.Cut(filepath.ToSlash(path), "/zoneinfo/"); ok {
			return strings.TrimPrefix(strings.TrimPrefix(zone, "posix/"), "right/")
		}
		to, err := os.Readlink(path)
		if err != nil {
			return ""
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return ""
}

// zoneIn is the zone that a file holds.
func zoneIn(path string) string {
	text, err := os.ReadFile(path)
	if err != nil || len(text) > 100 {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// sameOffsets reports whether two zones show the same time in each week of the
// year around now.
func sameOffsets(a, b *time.Location, now time.Time) bool {
	for week := -26; week <= 26; week++ {
		at := now.AddDate(0, 0, 7*week)
		_, one := at.In(a).Zone()
		_, other := at.In(b).Zone()
		if one != other {
			return false
		}
	}
	return true
}
