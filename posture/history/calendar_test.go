package history

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestParseWeek(t *testing.T) {
	for in, want := range map[string]struct{ first, last, err string }{
		"2026-W47":     {first: "2026-11-16", last: "2026-11-22"},
		"2026-W01":     {first: "2025-12-29", last: "2026-01-04"},
		"2026-W53":     {first: "2026-12-28", last: "2027-01-03"},
		"2020-W53":     {first: "2020-12-28", last: "2021-01-03"},
		"1970-W01":     {first: "1969-12-29", last: "1970-01-04"},
		"2027-W53":     {err: "2027 has weeks W01 to W52"},
		"2026-W54":     {err: "2026 has weeks W01 to W53"},
		"2026-W00":     {err: "2026 has weeks W01 to W53"},
		"2026-W99":     {err: "W01 to W53"},
		"1969-W10":     {err: "years go from 1970 to 2261"},
		"2262-W01":     {err: "years go from 1970 to 2261"},
		"2026W47":      {err: `want a year and an ISO week as in "2026-W47"`},
		"2026-47":      {err: "want a year"},
		"2026-w47":     {err: "want a year"},
		"2026-W4":      {err: "want a year"},
		"2026-W+7":     {err: "want a year"},
		"2026-W47 ":    {err: "want a year"},
		"":             {err: `week is ""`},
		"２０２６-W47":     {err: "want a year"},
		"2026-W47\x00": {err: `"2026-W47\x00"`},
	} {
		w, err := ParseWeek(in)
		switch {
		case want.err != "":
			if err == nil || !strings.Contains(err.Error(), want.err) {
				t.Errorf("%q: error %v, want one with %q", in, err, want.err)
			}
		case err != nil:
			t.Errorf("%q: %v", in, err)
		case w.String() != in || w.First().String() != want.first || w.Last().String() != want.last:
			t.Errorf("%q is %s from %s to %s, want %s to %s", in, w, w.First(), w.Last(), want.first, want.last)
		}
	}
}

func TestParseDay(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-20":            "",
		"2028-02-29":            "",
		"2026-02-29":            "February 2026 has days 01 to 28",
		"2026-11-31":            "November 2026 has days 01 to 30",
		"2026-11-00":            "has days 01 to 30",
		"2026-13-01":            "months go from 01 to 12",
		"2026-00-10":            "months go from 01 to 12",
		"0000-01-01":            "years go from 1970",
		"2026-11-2":             "want year, month and day",
		"20261120":              "want year, month and day",
		"2026/11/20":            "want year, month and day",
		"2026-W47":              "want year, month and day",
		"-026-11-20":            "want year, month and day",
		"2026-11-20T":           "want year, month and day",
		strings.Repeat("9", 99): `99999..."`,
	} {
		d, err := ParseDay(in)
		switch {
		case want != "":
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %v, want one with %q", in, err, want)
			}
		case err != nil || d.String() != in:
			t.Errorf("%q is %s, %v", in, d, err)
		}
	}
}

func TestParseDays(t *testing.T) {
	if f, l, err := ParseDays("2026-11-20", "2026-11-20"); err != nil || f != l {
		t.Errorf("one day: %s to %s, %v", f, l, err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"2026-11-20", "2026-11-19", "backwards: from 2026-11-20 to 2026-11-19"},
		{"2026-11-31", "2026-12-01", `from: day is "2026-11-31"`},
		{"2026-11-30", "tomorrow", `to: day is "tomorrow"`},
	} {
		if _, _, err := ParseDays(c.from, c.to); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s to %s: error %v, want one with %q", c.from, c.to, err, c.want)
		}
	}
}

func FuzzParseWeek(f *testing.F) {
	for _, s := range []string{"2026-W47", "2026-W53", "2027-W53", "2026-W00", "", "W", "9999-W99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := ParseWeek(s)
		if err != nil {
			if len(err.Error()) > 400 {
				t.Fatalf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		if w.String() != s || w.First().Weekday() != time.Monday || w.First().Week() != w || w.Add(1).Add(-1) != w {
			t.Fatalf("%q is %s from %s", s, w, w.First())
		}
	})
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2026-11-20", "2024-02-29", "2026-02-29", "", "0000-00-00", "1970-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s)
		_, timeErr := time.Parse(time.DateOnly, s)
		if err == nil && (d.String() != s || timeErr != nil) {
			t.Fatalf("%q is %s; time says %v", s, d, timeErr)
		}
		if err != nil && timeErr == nil && s >= "1970" && s < "2262" {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

func TestWeeksFollowEachOther(t *testing.T) {
	w := week(t, "1970-W01")
	for d := w.First(); d < NewDate(2261, 12, 20); d += 7 {
		year, n := d.utc().ISOWeek()
		if got := d.Week(); got != (ISOWeek{year, n}) || got.First() != d {
			t.Fatalf("%s: week %s from %s, want %d-W%02d", d, got, got.First(), year, n)
		}
	}
}

// spans tells days as text: the local beginning and the hours.
func TestZonesDay(t *testing.T) {
	apia, berlin, lordHowe := in(t, "Pacific/Apia"), in(t, "Europe/Berlin"), in(t, "Australia/Lord_Howe")
	eastward := Zones{
		{Zone: zone(t, "Pacific/Auckland")},
		// Lands in Los Angeles on the morning of the day on whose evening
		// the aeroplane had left, having been in the next one.
		{Since: at(t, "2026-11-20T18:00:00Z"), Zone: zone(t, "America/Los_Angeles")},
	}
	westward := Zones{
		{Zone: zone(t, "America/Los_Angeles")},
		{Since: at(t, "2026-11-21T07:00:00Z"), Zone: zone(t, "Pacific/Auckland")},
	}
	for name, c := range map[string]struct {
		zones Zones
		day   string
		want  []string
	}{
		"an ordinary day":             {berlin, "2026-11-20", []string{"2026-11-20T00:00:00+01:00 24h0m0s"}},
		"23 hours":                    {berlin, "2026-03-29", []string{"2026-03-29T00:00:00+01:00 23h0m0s"}},
		"25 hours":                    {berlin, "2026-10-25", []string{"2026-10-25T00:00:00+02:00 25h0m0s"}},
		"a half hour less":            {lordHowe, "2026-10-04", []string{"2026-10-04T00:00:00+10:30 23h30m0s"}},
		"a half hour more":            {lordHowe, "2026-04-05", []string{"2026-04-05T00:00:00+11:00 24h30m0s"}},
		"an odd offset":               {in(t, "Asia/Kathmandu"), "2026-11-20", []string{"2026-11-20T00:00:00+05:45 24h0m0s"}},
		"no midnight":                 {in(t, "America/Havana"), "2026-03-08", []string{"2026-03-08T01:00:00-04:00 23h0m0s"}},
		"two midnights":               {in(t, "America/Havana"), "2026-11-01", []string{"2026-11-01T00:00:00-04:00 25h0m0s"}},
		"the day before the one left": {apia, "2011-12-29", []string{"2011-12-29T00:00:00-10:00 24h0m0s"}},
		"a date left out":             {apia, "2011-12-30", nil},
		"the day after it":            {apia, "2011-12-31", []string{"2011-12-31T00:00:00+14:00 24h0m0s"}},
		"no zone is UTC":              {nil, "2026-11-20", []string{"2026-11-20T00:00:00Z 24h0m0s"}},
		"no location is UTC":          {Zones{{}}, "2026-11-20", []string{"2026-11-20T00:00:00Z 24h0m0s"}},
		"a date lived twice": {eastward, "2026-11-20", []string{
			"2026-11-20T00:00:00+13:00 24h0m0s", "2026-11-20T10:00:00-08:00 14h0m0s",
		}},
		"with the next between": {eastward, "2026-11-21", []string{
			"2026-11-21T00:00:00+13:00 7h0m0s", "2026-11-21T00:00:00-08:00 24h0m0s",
		}},
		"a date flown over":         {westward, "2026-11-20", []string{"2026-11-20T00:00:00-08:00 23h0m0s"}},
		"of which little was lived": {westward, "2026-11-21", []string{"2026-11-21T20:00:00+13:00 4h0m0s"}},
		"a zone changed within": {
			Zones{{Zone: zone(t, "Europe/Berlin")}, {Since: at(t, "2026-11-20T12:07:31+01:00"), Zone: zone(t, "America/New_York")}},
			"2026-11-20",
			[]string{"2026-11-20T00:00:00+01:00 30h0m0s"},
		},
	} {
		spans := c.zones.Day(day(t, c.day))
		var got []string
		for _, s := range spans {
			got = append(got, s.From.Format(time.RFC3339)+" "+s.To.Sub(s.From).String())
		}
		if strings.Join(got, ", ") != strings.Join(c.want, ", ") {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestZonesDays(t *testing.T) {
	spans := in(t, "Europe/Berlin").Days(day(t, "2022-01-01"), day(t, "2026-12-31"))
	if len(spans) != 1 || spans[0].Seconds() != (5*365+1)*86400 || spans[0].From.Format(time.RFC3339) != "2022-01-01T00:00:00+01:00" {
		t.Errorf("five years are %v", spans)
	}
	if spans := in(t, "UTC").Days(10, 9); spans != nil {
		t.Errorf("days backwards are %v", spans)
	}
}

func TestZonesAt(t *testing.T) {
	z := Zones{
		{Since: at(t, "2026-03-01T00:00:00Z"), Zone: zone(t, "Europe/Berlin")},
		{Since: at(t, "2026-06-01T10:07:00Z"), Zone: zone(t, "Asia/Tokyo")},
		{Since: at(t, "2026-06-01T10:14:59Z"), Zone: zone(t, "Asia/Kathmandu")},
	}
	for when, want := range map[string]string{
		"2020-01-01T00:00:00Z": "Europe/Berlin",
		"2026-06-01T09:59:59Z": "Europe/Berlin",
		"2026-06-01T10:00:00Z": "Asia/Kathmandu", // the last of the quarter
		"2030-01-01T00:00:00Z": "Asia/Kathmandu",
	} {
		if got := z.At(at(t, when)).String(); got != want {
			t.Errorf("at %s: %s, want %s", when, got, want)
		}
	}
}

var zoneNames = []string{
	"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
	"America/Havana", "Pacific/Auckland", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Chatham", "Pacific/Kiritimati", "Etc/GMT+12",
}

// TestEveryInstantHasOneDate takes random zones and random travel, and holds that
// the days part time without gap and overlap, as the local clock shows it.
func TestEveryInstantHasOneDate(t *testing.T) {
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		z, first := randomZones(t, rnd)
		dates := map[int64]Date{}
		for d := first; d < first+10; d++ {
			for _, s := range z.Day(d) {
				for u := s.From.Unix(); u < s.To.Unix(); u += quarter {
					if was, twice := dates[u]; twice {
						t.Fatalf("seed %d: %v is %s and %s", seed, time.Unix(u, 0).UTC(), was, d)
					}
					dates[u] = d
					local := time.Unix(u, 0).In(z.At(time.Unix(u, 0)))
					if local.Format(time.DateOnly) != d.String() || z.Date(local) != d {
						t.Fatalf("seed %d: %v is taken for %s", seed, local, d)
					}
				}
			}
		}
		for u := begin(first + 2); u < begin(first+8); u += quarter {
			if _, ok := dates[u]; !ok {
				t.Fatalf("seed %d: %v has no date", seed, time.Unix(u, 0).UTC())
			}
		}
	}
}

// randomZones returns zones with some travel around a Monday that is near a change
// of the clocks more often than not.
func randomZones(t *testing.T, rnd *rand.Rand) (Zones, Date) {
	mondays := []string{
		"2026-03-23", "2026-10-19", "2026-03-02", "2026-10-26", "2026-09-28", "2026-03-30", "2011-12-26", "2018-10-29", "2018-02-12", "2026-11-16",
	}
	first := day(t, mondays[rnd.IntN(len(mondays))])
	z := in(t, zoneNames[rnd.IntN(len(zoneNames))])
	since := first.utc().Add(-20 * time.Hour)
	for range rnd.IntN(4) {
		since = since.Add(time.Duration(rnd.Int64N(int64(60 * time.Hour))))
		z = append(z, ZoneSince{Since: since, Zone: zone(t, zoneNames[rnd.IntN(len(zoneNames))])})
	}
	return z, first
}
