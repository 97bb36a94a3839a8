package main

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestFitPrices(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var list []pricedStill
	for i := range 400 {
		s := pricedStill{subject: "a", slouch: i%2 == 0, weight: 1}
		for k := range s.deviations {
			s.deviations[k] = rng.NormFloat64() * .5
		}
		if s.slouch { // one signal tells it, another is against it
			s.deviations[1] += 4
			s.deviations[3] -= 2
		}
		list = append(list, s)
	}
	p, err := fitPrices(list)
	if err != nil {
		t.Fatal(err)
	}
	if p.points[1] <= 1.2*p.points[0] {
		t.Errorf("the signal that tells costs %.1f, one that doesn't %.1f", p.points[1], p.points[0])
	}
	area, balanced := tellStills(list, func(s *pricedStill) float64 { return p.total(&s.deviations) })
	if area == nil || balanced == nil || *area < .99 || *balanced < .97 {
		t.Errorf("AUC %s, balanced accuracy %s; want 0.99 and 0.97 at least", figure(area), figure(balanced))
	}
	for i := range list {
		list[i].slouch = true
	}
	if _, err := fitPrices(list); err == nil {
		t.Error("only slouches: no error")
	}
}

func TestFitJudge(t *testing.T) {
	out, said, code := runLab(t, "fit-judge", dataDir(t, "real-landmarks"))
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	for _, want := range []string{"head_drop", "upper_back", "pozz_B", "snow_P3"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in:\n%s", want, out)
		}
	}
}
