package history

import (
	"math"
	"testing"
	"time"

	"sitwell/posture"
)

// sight is a person before the camera: upright, sunk by a part of the shoulder
// width, or not there.
func sight(at time.Time, mono int64, sunk float64, there bool) posture.Observation {
	o := posture.Observation{Time: at.UnixNano(), Mono: mono, Width: 640, Height: 480, Nothing: posture.Nobody, Brightness: 120, Sharpness: 100}
	if !there {
		return o
	}
	o.Nothing, o.PoseFlag, o.People = posture.Present, 0.99, 1
	o.Landmarks = make([]posture.Landmark, posture.LandmarkCount)
	o.World = make([]posture.WorldPoint, posture.LandmarkCount)
	for i := range o.Landmarks {
		o.Landmarks[i] = posture.Landmark{X: 320, Y: 470, Visibility: 0.1}
	}
	const shoulders, width = 340.0, 240.0
	ear := shoulders - (0.6-sunk)*width
	face := 88 * (1 + sunk/2)
	for i, p := range map[int][2]float64{
		posture.Nose:    {0, ear + 0.1*face},
		posture.LeftEye: {0.33 * face, ear - 0.2*face}, posture.RightEye: {-0.33 * face, ear - 0.2*face},
		posture.LeftEyeOuter: {0.45 * face, ear - 0.2*face}, posture.RightEyeOuter: {-0.45 * face, ear - 0.2*face},
		posture.LeftEar: {0.8 * face, ear}, posture.RightEar: {-0.8 * face, ear},
		posture.MouthLeft: {0.25 * face, ear + 0.45*face}, posture.MouthRight: {-0.25 * face, ear + 0.45*face},
		posture.LeftShoulder: {width / 2, shoulders}, posture.RightShoulder: {-width / 2, shoulders},
	} {
		// A little unrest: nobody keeps perfectly still.
		shake := math.Sin(float64(mono) / 1e9 * float64(i+1))
		o.Landmarks[i] = posture.Landmark{X: 320 + p[0] + shake, Y: p[1] + shake, Visibility: 0.99, Presence: 0.99}
	}
	return o
}

// TestWhatTheEngineSays lives a day before the real engine and holds that its
// events and minutes mean what the history takes them to mean, with the wall
// clock set back by an hour in the middle of it or not.
func TestWhatTheEngineSays(t *testing.T) {
	for name, back := range map[string]time.Duration{"the clock runs": 0, "the clock is set back": time.Hour} {
		t.Run(name, func(t *testing.T) {
			src := &memory{zones: in(t, "Europe/Berlin")}
			start := at(t, "2026-11-20T13:00:00+01:00")
			var mono int64
			var shown []posture.Observation
			for i := range int64(40) {
				shown = append(shown, sight(start, i*5e8, 0, true))
			}
			baseline, err := posture.NewBaseline("test", shown)
			if err != nil {
				t.Fatal(err)
			}
			e, err := posture.NewEngine(posture.DefaultPolicy(), "test", baseline)
			if err != nil {
				t.Fatal(err)
			}
			take := func(out posture.Output) {
				for _, event := range out.Events {
					src.happen(event)
				}
				for _, m := range out.Minutes {
					src.add(m)
				}
			}
			var set time.Duration
			live := func(minutes, sunk float64, there bool) {
				for range int(minutes * 120) {
					o := sight(start.Add(time.Duration(mono)-set), mono, sunk, there)
					take(e.Step(&o))
					mono += 5e8
				}
			}
			live(40, 0, true)
			set = back
			live(3, 0.16, true) // an alert after one minute, corrected after three
			live(10, 0, true)
			live(6, 0, false) // a full break
			live(50, 0, true)
			live(2, 0.16, true)
			live(3, 0, false) // alerted, and went away: a break, no correction
			live(6, 0, true)
			take(e.Close())

			d := readDay(t, src.sorted(), "2026-11-20", later)
			whole := 120.0 * 60
			for what, c := range map[string]struct{ got, want, within float64 }{
				"watched":          {d.Watched, whole, 2},
				"in parts":         {d.Sitting + d.Standing + d.Away + d.Unobservable, d.Watched, 0.01},
				"sitting":          {d.Sitting, 111 * 60, 15},
				"away":             {d.Away, 9 * 60, 15},
				"slouching":        {d.Slouching, 5 * 60, 20},
				"judged":           {d.Judged, d.Sitting, 15},
				"upright":          {*d.UprightShare, 1 - 5.0/111, 0.01},
				"episodes":         {float64(d.Episodes.Count), 2, 0},
				"their length":     {d.Episodes.Total, 5 * 60, 20},
				"alerts":           {float64(d.Alerts.Total), 2, 0},
				"corrected":        {float64(d.Alerts.Corrected), 1, 0},
				"in":               {*d.Alerts.MedianCorrection, 120, 5},
				"breaks":           {float64(d.Breaks.Taken), 2, 0},
				"full ones":        {float64(d.Breaks.Full), 1, 0},
				"due":              {float64(d.Breaks.Due), 2, 0},
				"bouts":            {float64(len(d.Bouts)), 3, 0},
				"longest":          {*d.LongestBout, 53 * 60, 15},
				"sat in all bouts": {d.Bouts[0].Sat + d.Bouts[1].Sat + d.Bouts[2].Sat, 111 * 60, 20},
				// 53 and 52 minutes: 10 by a half, 23 and 22 in full.
				"long sitting": {*d.Exposure.LongSitting, 5 + 23 + 5 + 22, 1},
			} {
				if math.Abs(c.got-c.want) > c.within {
					t.Errorf("%s: %v, want %v", what, c.got, c.want)
				}
			}
			if !(*d.Exposure.UpperBack > 2 && *d.Exposure.UpperBack < 25) {
				t.Errorf("five minutes of a plain slouch came to %v minutes of the upper back", *d.Exposure.UpperBack)
			}
			for _, b := range d.Bouts {
				if b.Seconds() < b.Sat-1 {
					t.Errorf("%v s sat in %v s", b.Sat, b.Seconds())
				}
			}
			t.Logf("upper back %v min, score %v", *d.Exposure.UpperBack, *d.Score)
		})
	}
}
