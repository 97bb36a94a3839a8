package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
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
	Workplace  []relief.WorkplaceCheck `json:"workplace"`
	// Lasting is when a professional is advised though no sign is there.
	Lasting string `json:"lasting"`
}

func (s *Server) programme(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, http.StatusOK, ReliefProgramme{
		Disclaimer: relief.Disclaimer, Manner: relief.Manner, Causes: relief.Causes, Areas: relief.AreaAdvices,
		Techniques: relief.Techniques, Exercises: relief.Exercises, Avoid: relief.Avoid, RedFlags: relief.RedFlags,
		Questions: relief.SafetyQuestions, Kits: relief.Kits, Minutes: relief.RoutineMinutes, Workplace: relief.WorkplaceChecks, Lasting: relief.Lasting,
	})
}

// Profile keeps what the person said of themselves; nil text is nothing.
type Profile interface {
	Profile(ctx context.Context) (text []byte, err error)
	SaveProfile(ctx context.Context, text []byte) error
}

// readProfile reads what is stored; what another version stored and this one can't
// read is told in the log and asked for anew.
func (s *Server) readProfile(ctx context.Context) (relief.Profile, error) {
	text, err := s.config.Profile.Profile(ctx)
	if err != nil {
		return relief.Profile{}, err
	}
	p, err := relief.ParseProfile(text)
	if err != nil {
		s.log.Warn("what was said for the relief programme is asked for anew: it can't be read", "error", err)
		return relief.Profile{}, nil
	}
	return p, nil
}

func (s *Server) profile(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	p, err := s.readProfile(ctx)
	if err != nil {
		s.failRead(w, r, "what you said", err)
		return
	}
	s.answerProfile(w, p)
}

func (s *Server) answerProfile(w http.ResponseWriter, p relief.Profile) {
	text, err := p.Text()
	if err != nil {
		s.fail(w, false, http.StatusInternalServerError, err)
		return
	}
	s.answer(w, http.StatusOK, json.RawMessage(text))
}

func (s *Server) changeProfile(w http.ResponseWriter, r *http.Request) {
	body, ok := s.body(w, r)
	if !ok {
		return
	}
	var p relief.Profile
	if s.do(w, r, func(ctx context.Context) error {
		s.profiles.Lock() // of two changes at once none is lost
		defer s.profiles.Unlock()
		before, err := s.readProfile(ctx)
		if err != nil {
			s.log.Error("the profile can't be read", "error", err)
			return monitor.ErrNotRead
		}
		if p, err = before.Merge(body); err != nil {
			return &monitor.InputError{Message: err.Error()}
		}
		// When that was is for this clock to say: a page's may be ahead.
		if now := time.Now(); !p.CheckedAt.Equal(before.CheckedAt) {
			p.CheckedAt = now.UTC().Truncate(time.Millisecond)
		}
		text, err := p.Text()
		if err != nil {
			return err
		}
		if err := s.config.Profile.SaveProfile(ctx, text); err != nil {
			s.log.Error("the profile can't be stored", "error", err)
			return monitor.ErrNotStored
		}
		// It is stored: who doesn't wait any more is told of with care all the same.
		told, cancel := context.WithTimeout(context.WithoutCancel(ctx), serviceTimeout)
		defer cancel()
		person := personOf(p)
		return s.config.Service.Careful(told, relief.Careful(person), func(exercise string) bool {
			return relief.Against(exercise, person) == ""
		})
	}) {
		s.answerProfile(w, p)
	}
}

// personOf is what a profile says of a person now.
func personOf(said relief.Profile) (p relief.Person) {
	p.Now = time.Now()
	said.Over(&p, p.Now)
	return p
}

// may returns why the person is not to do an exercise, nil when nothing is against it.
func (s *Server) may(ctx context.Context, exercise string) error {
	said, err := s.readProfile(ctx)
	if err != nil {
		s.log.Error("the profile can't be read", "error", err)
		return monitor.ErrNotRead
	}
	p := personOf(said)
	today, err := history.ReadToday(ctx, s.config.History(), p.Now)
	if err != nil {
		s.log.Error("the history can't be read", "error", err)
		return monitor.ErrNotRead
	}
	p.Tension, p.Before = today.Tension, today.Before
	if why := relief.Against(exercise, p); why != "" {
		return errors.New(why)
	}
	return nil
}

// Done is the body of POST /api/v1/relief/done: an exercise that was done, for how
// many seconds, how often as far as somebody counted, and how many seconds ago it
// ended: a page that is hidden, or had no connection, tells later.
type Done struct {
	Exercise    string  `json:"exercise"`
	Seconds     float64 `json:"seconds"`
	Repetitions int     `json:"repetitions"`
	Ago         float64 `json:"ago_s"`
}

// Check returns an error that names what can't be.
func (d *Done) Check() error {
	switch {
	case relief.ByID(d.Exercise) == nil:
		return fmt.Errorf("exercise is %.40q: there is none of that name", d.Exercise)
	case !(d.Seconds > 0 && d.Seconds <= 3600):
		return fmt.Errorf("seconds are %v: want more than 0, at most 3600", d.Seconds)
	case !(d.Ago >= 0 && d.Ago <= 24*3600):
		return fmt.Errorf("ago_s is %v: want 0 to 86400", d.Ago)
	case d.Repetitions < 0 || d.Repetitions > 1000:
		return fmt.Errorf("repetitions are %d: want 0 to 1000", d.Repetitions)
	}
	return nil
}

// read takes the body into v and checks it; what can't be is answered, and false.
func (s *Server) read(w http.ResponseWriter, r *http.Request, v interface{ Check() error }) bool {
	body, ok := s.body(w, r)
	if !ok {
		return false
	}
	err := decodeStrict(body, v)
	if err == nil {
		err = v.Check()
	}
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
	}
	return err == nil
}

func (s *Server) reliefDone(w http.ResponseWriter, r *http.Request) {
	var d Done
	if !s.read(w, r, &d) {
		return
	}
	var stored EventList
	if s.do(w, r, func(ctx context.Context) (err error) {
		e := relief.ByID(d.Exercise)
		stored.Events, err = s.config.Service.DidExercise(ctx, posture.Event{
			Time:     time.Now().Add(-time.Duration(d.Ago * float64(time.Second))),
			Exercise: e.ID, Area: e.Areas[0], Seconds: d.Seconds, Level: d.Repetitions, Text: e.Name,
		}, e.Kind != relief.Move)
		return err
	}) {
		s.answer(w, http.StatusCreated, stored)
	}
}

// Doing is the body of POST /api/v1/relief/doing: an exercise that begins, and how
// many seconds it will take; 0 ends it early, whichever it is.
type Doing struct {
	Exercise string  `json:"exercise"`
	Seconds  float64 `json:"seconds"`
}

// Check returns an error that names what can't be.
func (d *Doing) Check() error {
	switch {
	case d.Exercise != "" && relief.ByID(d.Exercise) == nil, d.Exercise == "" && d.Seconds != 0:
		return fmt.Errorf("exercise is %.40q: there is none of that name", d.Exercise)
	case !(d.Seconds >= 0 && d.Seconds <= 3600):
		return fmt.Errorf("seconds are %v: want 0 to 3600", d.Seconds)
	}
	return nil
}

func (s *Server) reliefDoing(w http.ResponseWriter, r *http.Request) {
	var d Doing
	if !s.read(w, r, &d) {
		return
	}
	if e := relief.ByID(d.Exercise); e != nil && e.Kind == relief.Move {
		d.Seconds = 0 // who leaves is away, and that is judged as ever
	}
	s.done(w, r, func(ctx context.Context) error {
		if d.Exercise != "" {
			if err := s.may(ctx, d.Exercise); err != nil {
				return err
			}
		}
		return s.config.Service.Doing(ctx, d.Exercise, time.Duration(d.Seconds*float64(time.Second)))
	})
}

func (s *Server) putOff(w http.ResponseWriter, r *http.Request) {
	s.done(w, r, s.config.Service.PutOff)
}

// Effects is the answer of GET /api/v1/relief/effects.
type Effects struct {
	// Effects are those of the exercises done in the last Days: by area, in each
	// what is surely better first, what is not known well enough last.
	Effects []history.Effect `json:"effects"`
	Days    int              `json:"days"`
}

func (s *Server) effects(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	effects, err := history.ReadEffects(ctx, s.config.History(), time.Now())
	if err != nil {
		s.failRead(w, r, "the history", err)
		return
	}
	s.answer(w, http.StatusOK, Effects{Effects: effects, Days: history.EffectDays})
}

// Helped puts effects as the choice takes them: those that are known well enough, by
// as much as is sure of them, which is 0 while their bounds leave it open.
func Helped(effects []history.Effect) map[string]relief.Effect {
	helped := map[string]relief.Effect{}
	for i := range effects {
		if e := &effects[i]; e.Enough {
			eased, days := e.Surely()
			helped[e.Exercise] = relief.Effect{Times: days, Eased: eased, Last: e.Last}
		}
	}
	return helped
}

// Seat is the answer of GET /api/v1/relief/distance.
type Seat struct {
	// Distance is nil while no face looks at the camera.
	Distance *relief.Distance `json:"distance"`
}

// straight is by how much of the distance between the eyes the nose may be off their
// middle in a face that looks at the camera.
const straight = 0.2

// distance reckons how far the person sits from the camera now.
func (s *Server) distance(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	said, err := s.readProfile(ctx)
	if err != nil {
		s.failRead(w, r, "what you said", err)
		return
	}
	s.answer(w, http.StatusOK, Seat{seat(s.config.Service.Status().Figure, said.Measured)})
}

func seat(f *posture.Figure, known *relief.Measured) *relief.Distance {
	const sure = 0.8
	if f == nil || len(f.Points) < posture.LandmarkCount {
		return nil
	}
	left, right, nose := f.Points[posture.LeftEye], f.Points[posture.RightEye], f.Points[posture.Nose]
	for _, p := range [][3]float64{left, right, nose} {
		if !(p[2] >= sure) {
			return nil
		}
	}
	apart := math.Hypot(left[0]-right[0], (left[1]-right[1])/f.Aspect)
	if !(math.Abs(nose[0]-(left[0]+right[0])/2) <= straight*apart) {
		return nil
	}
	return relief.DistanceOf(apart, known)
}

// Coached is the body of POST /api/v1/relief/coach: the exercise that is to be
// followed, how often and how long it is to be held; what is left out is its dose.
type Coached struct {
	Exercise    string   `json:"exercise"`
	Repetitions *int     `json:"repetitions"`
	Hold        *float64 `json:"hold_s"`
}

// errUnseen is the answer for what no camera in front can follow.
var errUnseen = errors.New("that exercise can't be seen from here: it is timed")

func (s *Server) coach(w http.ResponseWriter, r *http.Request) {
	body, ok := s.body(w, r)
	if !ok {
		return
	}
	var asked Coached
	err := decodeStrict(body, &asked)
	e := relief.ByID(asked.Exercise)
	if err == nil && e == nil {
		err = fmt.Errorf("exercise is %.40q: there is none of that name", asked.Exercise)
	}
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	plan := coach.Plan{
		Exercise: coach.Exercise(e.Seen), Repetitions: e.Dose.Repetitions * max(1, e.Dose.Sides), Hold: e.Dose.Hold, Alternate: e.Dose.Sides == 2,
	}
	if asked.Repetitions != nil {
		plan.Repetitions = *asked.Repetitions
	}
	if asked.Hold != nil {
		plan.Hold = *asked.Hold
	}
	s.done(w, r, func(ctx context.Context) error {
		if e.Seen == "" {
			return errUnseen
		}
		if err := s.may(ctx, e.ID); err != nil {
			return err
		}
		return s.config.Service.Coach(ctx, e.ID, plan)
	})
}

func (s *Server) stopCoach(w http.ResponseWriter, r *http.Request) {
	s.done(w, r, s.config.Service.StopCoach)
}

// ParseRelief reads what somebody says when they ask what to do, beside what is known
// of them; limits and signs add to those known and take none away: ?area=upper_back&minutes=5&kit=chair,floor&limit=pregnancy&feel=tight
// &flag=fever&answered=true. Lists are parted by commas. An error names the key.
func ParseRelief(values url.Values, p relief.Person) (relief.Person, error) {
	for name, given := range values {
		if len(given) != 1 {
			return p, fmt.Errorf("%.60q is given %d times", name, len(given))
		}
		text, err := given[0], error(nil)
		list := strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
		switch name {
		case "area":
			if p.Area = posture.Area(text); text == "upper" || text == "lower" {
				p.Area += "_back" // as people say it
			}
		case "minutes":
			var n int64
			if n, err = parseNumber(name, text, 0, relief.MaxMinutes); err != nil {
				return p, err
			}
			p.Minutes = int(n)
		case "kit":
			p.Kit = []relief.Kit{} // said to be none when empty
			for _, v := range list {
				p.Kit = append(p.Kit, relief.Kit(v))
			}
		case "limit":
			p.Limits = slices.Clone(p.Limits)
			for _, v := range list {
				p.Limits = append(p.Limits, relief.Limit(v))
			}
			p.Answered = true
		case "feel":
			p.Feels = nil
			for _, v := range list {
				p.Feels = append(p.Feels, relief.Feel(v))
			}
		case "flag":
			p.RedFlags, p.Checked = append(slices.Clone(p.RedFlags), list...), true
		case "answered", "stay":
			if text != "true" && text != "false" {
				return p, fmt.Errorf("%s=%.30q: want true or false", name, text)
			}
			if name == "stay" {
				p.Stay = text == "true"
			} else {
				p.Answered = p.Answered || text == "true"
			}
		default:
			return p, fmt.Errorf("unknown key %.60q: want area, minutes, stay, kit, limit, feel, flag and answered", name)
		}
	}
	return p, p.Check()
}

func (s *Server) relief(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	said, err := s.readProfile(ctx)
	if err != nil {
		s.failRead(w, r, "what you said", err)
		return
	}
	var p relief.Person
	said.Over(&p, time.Now())
	if p, err = ParseRelief(r.URL.Query(), p); err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	today, err := history.ReadToday(ctx, s.config.History(), time.Now())
	if err != nil {
		s.failRead(w, r, "the history", err)
		return
	}
	effects, err := history.ReadEffects(ctx, s.config.History(), time.Now())
	if err != nil {
		s.failRead(w, r, "the history", err)
		return
	}
	p.Helped = Helped(effects)
	live := s.config.Service.Status()
	p.Now, p.Unbroken, p.Held = time.Now(), live.SittingSeconds, live.HeldSeconds
	p.Exposure, p.Signals, p.Tension, p.Before, p.Recent = today.Exposure, today.Signals, today.Tension, today.Before, today.Exercises
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
