package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/relief"
)

// ReliefProgramme is the answer of GET /api/v1/relief/programme: all there is to
// read, for which no camera is needed.
type ReliefProgramme struct {
	Disclaimer string                  `json:"disclaimer"`
	Manner     string                  `json:"manner"`
	Causes     []relief.Cause          `json:"causes"`
	Areas      []relief.AreaAdvice     `json:"areas"`
	Techniques []relief.Technique      `json:"techniques"`
	Exercises  []relief.Exercise       `json:"exercises"`
	Avoid      []relief.Avoided        `json:"avoid"`
	RedFlags   []relief.RedFlag        `json:"red_flags"`
	Questions  []relief.SafetyQuestion `json:"questions"`
	Kits       []relief.Kit            `json:"kits"`
	Minutes    []int                   `json:"minutes"`
}

func (s *Server) programme(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, http.StatusOK, ReliefProgramme{
		Disclaimer: relief.Disclaimer, Manner: relief.Manner, Causes: relief.Causes, Areas: relief.AreaAdvices,
		Techniques: relief.Techniques, Exercises: relief.Exercises, Avoid: relief.Avoid, RedFlags: relief.RedFlags,
		Questions: relief.SafetyQuestions, Kits: relief.Kits, Minutes: relief.RoutineMinutes,
	})
}

// ParseRelief reads what somebody says of themselves when they ask what to do:
// ?area=upper_back&minutes=5&kit=chair,floor&limit=pregnancy&feel=tight&flag=fever
// &answered=true&checked=true. Lists are parted by commas. An error names the key.
func ParseRelief(values url.Values) (p relief.Person, err error) {
	for name, given := range values {
		if len(given) != 1 {
			return p, fmt.Errorf("%.60q is given %d times", name, len(given))
		}
		text := given[0]
		list := strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
		switch name {
		case "area":
			p.Area = posture.Area(text)
		case "minutes":
			n, err := parseNumber(name, text, 0, relief.MaxMinutes)
			if err != nil {
				return p, err
			}
			p.Minutes = int(n)
		case "kit":
			p.Kit = []relief.Kit{} // said to be none when empty
			for _, v := range list {
				p.Kit = append(p.Kit, relief.Kit(v))
			}
		case "limit":
			for _, v := range list {
				p.Limits = append(p.Limits, relief.Limit(v))
			}
			p.Answered = true
		case "feel":
			for _, v := range list {
				p.Feels = append(p.Feels, relief.Feel(v))
			}
		case "flag":
			p.RedFlags, p.Checked = list, true
		case "answered":
			if text != "true" && text != "false" {
				return p, fmt.Errorf("answered=%.30q: want true or false", text)
			}
			p.Answered = p.Answered || text == "true"
		default:
			return p, fmt.Errorf("unknown key %.60q: want area, minutes, kit, limit, feel, flag and answered", name)
		}
	}
	return p, p.Check()
}

func (s *Server) relief(w http.ResponseWriter, r *http.Request) {
	p, err := ParseRelief(r.URL.Query())
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	today, err := history.ReadToday(ctx, s.config.History(), time.Now())
	if err != nil {
		s.log.Error("the history can't be read", "error", err)
		s.fail(w, false, http.StatusInternalServerError, errors.New("the history can't be read, see the log"))
		return
	}
	live := s.config.Service.Status()
	p.Now, p.Unbroken, p.Held = time.Now(), live.SittingSeconds, live.HeldSeconds
	p.Exposure, p.Signals, p.Tension, p.Before = today.Exposure, today.Signals, today.Tension, today.Before
	if live.Baseline != nil {
		p.Way = live.Baseline.Way
	}
	choice, err := relief.Choose(p)
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	s.answer(w, http.StatusOK, choice)
}
