package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"sitwell/posture"
)

// truthNames are the true angles and places that the features have columns
// for.
var truthNames = []string{
	"thoracic_flexion_deg", "thorax_pitch_deg", "neck_inclination_deg", "trunk_inclination_deg",
	"lumbar_flexion_deg", "lateral_lean_deg", "shoulder_tilt_deg", "head_pitch_deg",
	"head_yaw_deg", "head_roll_deg", "trunk_yaw_deg", "eye_drop_m", "eye_forward_m",
}

// measures lists the measures that the engine takes.
func measures() []posture.Measure {
	var list []posture.Measure
	for m := posture.Measure(0); m.String() != posture.Measure(-1).String(); m++ {
		list = append(list, m)
	}
	return list
}

// writeFeatures writes a table with a row for each still and each observation
// of a clip: what was measured, what the engine made of it, and the truth.
func writeFeatures(path string, j *judged) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write features: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := bufio.NewWriter(f)
	w := csv.NewWriter(buf)
	columns := []string{
		"kind", "name", "t_s", "subject", "camera", "view", "posture", "label", "baseline",
		"nothing", "pose_flag", "people", "brightness", "sharpness", "measured", "reason", "confidence",
	}
	for _, m := range measures() {
		columns = append(columns, "m_"+m.String())
	}
	for _, s := range posture.Signals {
		columns = append(columns, "d_"+string(s), "p_"+string(s))
	}
	columns = append(columns, "slouch_points", "score", "state", "state_reason")
	for _, a := range angleNames {
		columns = append(columns, "est_"+a.name, "band_"+a.name)
	}
	for _, t := range truthNames {
		columns = append(columns, "truth_"+t)
	}
	if err := w.Write(columns); err != nil {
		return fmt.Errorf("write features: %w", err)
	}
	row := make([]string, 0, len(columns))
	write := func(kind string, s *sample) error {
		row = s.features(append(row[:0], kind))
		return w.Write(row)
	}
	for i := range j.groups {
		for k := range j.groups[i].samples {
			err = errors.Join(err, write("still", &j.groups[i].samples[k]))
		}
	}
	for i := range j.clips {
		for k := range j.clips[i].samples {
			err = errors.Join(err, write("clip", &j.clips[i].samples[k]))
		}
	}
	w.Flush()
	return errors.Join(err, w.Error(), buf.Flush())
}

// features appends the columns of a sample; what isn't known stays empty.
func (s *sample) features(row []string) []string {
	number := func(v float64, there bool) {
		text := ""
		if there {
			text = strconv.FormatFloat(v, 'g', 7, 64)
		}
		row = append(row, text)
	}
	flag := func(b bool) {
		text := "0"
		if b {
			text = "1"
		}
		row = append(row, text)
	}
	o := &s.observation
	row = append(row, s.name)
	number(s.at, true)
	row = append(row, s.subject, s.camera, s.view, s.posture, string(s.label))
	flag(s.calibrated)
	row = append(row, string(o.Nothing))
	number(o.PoseFlag, true)
	number(float64(o.People), true)
	number(o.Brightness, true)
	number(o.Sharpness, true)
	flag(s.measured)
	row = append(row, s.reason)
	number(s.measures.Confidence, s.measured)
	for _, m := range measures() {
		number(s.measures.Value(m), s.measured)
	}
	for _, signal := range posture.Signals {
		var part posture.Part
		there := false
		for _, p := range s.live.Parts {
			if p.Signal == signal {
				part, there = p, true
			}
		}
		number(part.Deviation, there)
		number(part.Points, there)
	}
	number(s.slouch(), s.scored())
	if s.scored() {
		number(*s.live.Score, true)
	} else {
		number(0, false)
	}
	row = append(row, string(s.live.State), s.live.Reason)
	for _, a := range angleNames {
		estimate, there := s.angle(a.of)
		number(estimate.Degrees, there)
		number(estimate.Band, there)
	}
	for _, name := range truthNames {
		v, there := s.truth[name]
		number(v, there)
	}
	return row
}
