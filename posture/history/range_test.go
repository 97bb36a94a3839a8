package history

import (
	"slices"
	"testing"
	"time"

	"sitwell/posture"
)

// In whatever order it is asked, it tells what the zones do.
func TestOffsets(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	z := Zones{
		{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), zone("Europe/Berlin")},
		{time.Date(2026, 6, 1, 9, 7, 0, 0, time.UTC), zone("Asia/Kathmandu")},
		{time.Date(2026, 9, 1, 9, 7, 0, 0, time.UTC), zone("America/New_York")},
	}
	o, back := z.Offsets(), z.Offsets()
	first, last := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC).Unix()
	for at := first; at < last; at += 301 {
		for _, c := range []struct {
			o  *Offsets
			at int64
		}{{o, at}, {back, last - (at - first)}} {
			when := time.Unix(c.at, 0)
			if _, want := when.In(z.At(when)).Zone(); c.o.At(c.at) != int64(want) {
				t.Fatalf("at %v: got %d, want %d", when.UTC(), c.o.At(c.at), want)
			}
		}
	}
	if got := Zones(nil).Offsets().At(0); got != 0 {
		t.Errorf("without a zone: got %d", got)
	}
}

func TestEachSignalIsOfOneArea(t *testing.T) {
	all := slices.Concat(Shares(posture.AreaUpperBack), Shares(posture.AreaLowerBack))
	slices.Sort(all)
	want := slices.Sorted(slices.Values(posture.Signals[:]))
	if !slices.Equal(all, want) || Shares(posture.AreaOverall) != nil {
		t.Errorf("got %v, want %v", all, want)
	}
}
