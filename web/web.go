// Package web serves the page: a guard against foreign pages and rebound
// names, the HTTP interface, the WebSocket hub and the page's own files.
//
// It sees no pixels but the mirror's, which pass through, and it never holds
// up the watch: a browser that does not read is dropped.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
)

// Service is what the page needs of the watch. Status, Settings, Subscribe and
// CancelCalibration answer at once; messages are not changed after they were
// sent. What a command changes is on disk when it returns without an error. Its
// errors are a [*monitor.InputError], one of the monitor's, or say why the watch
// can't do it now.
type Service interface {
	// Status is the present live picture.
	Status() monitor.Status
	// Subscribe gives what happens from now on. The channel is bounded and
	// keeps the newest live message; it is closed by cancel, when the watch
	// ends, and when the subscriber was too slow to be told every event.
	Subscribe() (messages <-chan monitor.Message, cancel func())
	// Calibrate starts the count-down of a pose in a way of working.
	Calibrate(ctx context.Context, pose string, way posture.Way) error
	CancelCalibration()
	Pause(ctx context.Context) error
	Resume(ctx context.Context) error
	// Mirror switches the pictures for setting up the camera.
	Mirror(on bool) error

	Settings() monitor.SettingsView
	// ChangeSettings takes a JSON merge patch.
	ChangeSettings(ctx context.Context, patch []byte) (monitor.SettingsView, error)
	// Snooze keeps alerts back for "15m", "60m" or "today", or comes to its
	// "off".
	Snooze(ctx context.Context, word string) (until time.Time, err error)
	// Dismiss puts the standing alert away.
	Dismiss(ctx context.Context) error
	// Wrong takes the word that the alert was wrong, WrongOff takes it back.
	Wrong(ctx context.Context, event int64) error
	WrongOff(ctx context.Context, event int64) error
	// CameraMoved answers what was asked.
	CameraMoved(ctx context.Context, moved bool) error
	Baselines(ctx context.Context) ([]monitor.BaselineEntry, error)
	UseBaseline(ctx context.Context, id int64) error
	DeleteBaseline(ctx context.Context, id int64) error
	// CheckIn stores what the person says of the tension in areas of the back.
	CheckIn(ctx context.Context, tension map[posture.Area]int) ([]posture.Event, error)
	// Coach follows an exercise by the camera until StopCoach.
	Coach(ctx context.Context, exercise string, plan coach.Plan) error
	StopCoach(ctx context.Context) error
	// DidExercise stores that the person did one of the programme.
	DidExercise(ctx context.Context, e posture.Event, inPlace bool) ([]posture.Event, error)
	// Doing says that the person does an exercise for so long from now on.
	Doing(ctx context.Context, exercise string, d time.Duration) error
	// Careful says that alerts and offers should tell nobody to move, and ends what is
	// under way if it may not be any more.
	Careful(ctx context.Context, on bool, may func(exercise string) bool) error
	// PutOff takes back what is offered.
	PutOff(ctx context.Context) error
	// Erase deletes for good what happened from a time on and before another,
	// zero for no bound, of the person's history or of the one shown; EraseAll
	// deletes everything. They tell how much it was.
	Erase(ctx context.Context, person bool, from, to time.Time) (posture.Kept, error)
	EraseAll(ctx context.Context, person bool) (posture.Kept, error)
	// WhatIf tells which alerts would have come under other settings.
	WhatIf(ctx context.Context, q monitor.WhatIfQuery) (monitor.WhatIf, error)
}

// Events is the store's read side. The first two answers rise by ID.
type Events interface {
	// RecentEvents gives the newest events, at most limit.
	RecentEvents(ctx context.Context, limit int) ([]posture.Event, error)
	// EventsAfter gives the oldest events with an ID above id, at most limit.
	EventsAfter(ctx context.Context, id int64, limit int) ([]posture.Event, error)
	// EventPage gives the events from a time on and before another, zero for
	// no bound, at most limit, in the order of their times and then by ID;
	// with an ID after, those that follow that event, or [monitor.ErrUnknown].
	EventPage(ctx context.Context, from, to time.Time, after int64, limit int) ([]posture.Event, error)
}

// Defaults of [Config] and [Limits].
const (
	// DefaultAddr is reachable from this machine only.
	DefaultAddr = "127.0.0.1:8420"
	// MinTokenLength in bytes. Tries are not counted, so a token has to be
	// too long to be guessed: 16 random letters and digits are 95 bits.
	MinTokenLength = 16

	// DefaultMaxClients is how many WebSockets are open at once: some tabs
	// on some devices of one person.
	DefaultMaxClients = 32
	// DefaultQueue is how many events may wait for one client. Events are a
	// few a minute, so a client this far behind does not read.
	DefaultQueue = 64
	// DefaultLiveEvery is the shortest time between two live messages: 10 a
	// second are more than anybody reads.
	DefaultLiveEvery = 100 * time.Millisecond
	// DefaultPingEvery and DefaultPongWait: two pings unanswered, and a
	// client that has been silent for 35 s is gone.
	DefaultPingEvery = 15 * time.Second
	DefaultPongWait  = 32 * time.Second
	// DefaultWriteWait is how long one write may take: a stalled client is
	// gone within 2 s of its buffer filling.
	DefaultWriteWait = 1500 * time.Millisecond
	// DefaultCloseWait is how long a closing client has to answer, so that
	// it reads the reason and not a reset.
	DefaultCloseWait = 300 * time.Millisecond
	// DefaultWriteBuffer in bytes is the kernel's send buffer for a client.
	// Left alone it grows to megabytes, which a stalled client would fill
	// before it is noticed; a mirror picture fits.
	DefaultWriteBuffer = 64 << 10
	// DefaultReadLimit in bytes is for what a client sends: requests' bodies
	// and WebSocket messages are a few words.
	DefaultReadLimit = 4 << 10
	// DefaultMirrorFor is how long the mirror stays on when it was asked
	// for once.
	DefaultMirrorFor = 60 * time.Second
	// DefaultStopWait bounds the end of [Server.Run].
	DefaultStopWait = 3 * time.Second
)

// Limits bounds what clients may use. A zero field means its default.
type Limits struct {
	MaxClients  int           // WebSockets
	Queue       int           // events waiting for one client
	LiveEvery   time.Duration // between live messages
	PingEvery   time.Duration
	PongWait    time.Duration // since the last pong
	WriteWait   time.Duration // one write
	CloseWait   time.Duration // for a closing client's answer
	WriteBuffer int           // bytes, the kernel's
	ReadLimit   int64         // bytes, of a body or a WebSocket message
	MirrorFor   time.Duration
	StopWait    time.Duration
	Exports     int           // at once
	ExportStall time.Duration // without a byte read
}

func (l Limits) withDefaults() Limits {
	orDefault(&l.MaxClients, DefaultMaxClients)
	orDefault(&l.Queue, DefaultQueue)
	orDefault(&l.LiveEvery, DefaultLiveEvery)
	orDefault(&l.PingEvery, DefaultPingEvery)
	orDefault(&l.PongWait, DefaultPongWait)
	orDefault(&l.WriteWait, DefaultWriteWait)
	orDefault(&l.CloseWait, DefaultCloseWait)
	orDefault(&l.WriteBuffer, DefaultWriteBuffer)
	orDefault(&l.ReadLimit, DefaultReadLimit)
	orDefault(&l.MirrorFor, DefaultMirrorFor)
	orDefault(&l.StopWait, DefaultStopWait)
	orDefault(&l.Exports, DefaultExports)
	orDefault(&l.ExportStall, DefaultExportStall)
	return l
}

func orDefault[T ~int | ~int64](value *T, otherwise T) {
	if *value <= 0 {
		*value = otherwise
	}
}

// Config is what a [Server] is made of.
type Config struct {
	// Addr is host:port, [DefaultAddr] when empty. Port 0 is any free one.
	Addr string
	// Token is asked of every request but the health check's, when set. An
	// address beyond this machine needs one.
	Token string
	// AllowedHosts are further names the page is reached by, as "name" (at
	// our own port or the scheme's) or "name:port" (behind a proxy or a
	// mapped port). This machine's own names are always allowed.
	AllowedHosts []string
	// UI holds the page's files, [UI] when nil.
	UI      fs.FS
	Service Service
	Events  Events
	// History gives what days and weeks are made of now: the demo's while it
	// plays.
	History func() history.Source
	// Own is the person's history, whatever is shown; History when nil.
	Own func() history.Source
	// Profile keeps what the person said of themselves.
	Profile Profile
	// Archive tells how much is stored, of the same history, and Keep how long.
	Archive Archive
	Keep    Keep
	// Export writes the history of the days first to last, nil being no bound,
	// as "csv" or "json": the demo's while it plays. Its error is w's, or says
	// why it can't. Without it there is no export.
	Export  func(ctx context.Context, w io.Writer, first, last *history.Date, format string) error
	Logger  *slog.Logger // discards when nil
	Version string
	Limits  Limits
}

// AddrInUseError says that another program listens at Addr.
type AddrInUseError struct {
	Addr string
	Err  error
}

func (e *AddrInUseError) Error() string {
	_, port, _ := net.SplitHostPort(e.Addr)
	return fmt.Sprintf("listen on %s: another program has this address, perhaps a Sitwell that is already running "+
		"(see http://localhost:%s/, or who it is with: ss -ltnp 'sport = :%s'); "+
		"stop it, or choose another address: --addr 127.0.0.1:0 takes any free port", e.Addr, port, port)
}

func (e *AddrInUseError) Unwrap() error { return e.Err }

// PublicBindError says that Addr can be reached from other machines and that
// there is no token to keep them out.
type PublicBindError struct{ Addr string }

func (e *PublicBindError) Error() string {
	return fmt.Sprintf("listen on %s: other machines could reach this address and watch; "+
		"use one of this machine only, as %s, or set a token", e.Addr, DefaultAddr)
}

// Server serves the page, the interface and the WebSocket.
type Server struct {
	config Config
	limits Limits
	log    *slog.Logger
	guard  guard
	token  token
	files  files
	routes map[string]methods
	hub    *hub
	mirror *mirror

	listener net.Listener
	refusals quiet
	exports  atomic.Int32 // under way
	profiles sync.Mutex   // held while one is changed
}

// New checks the configuration and reads the page's files. Its errors are the
// configuration's; a [PublicBindError] is one of them.
func New(config Config) (*Server, error) {
	if config.Service == nil || config.Events == nil || config.History == nil || config.Archive == nil || config.Profile == nil {
		return nil, errors.New("web: a service, its events, its history, its archive and a profile are needed")
	}
	if config.Addr == "" {
		config.Addr = DefaultAddr
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Own == nil {
		config.Own = config.History
	}
	if config.UI == nil {
		config.UI = UI()
	}
	host, port, err := net.SplitHostPort(config.Addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w; it is host:port, as %s", config.Addr, err, DefaultAddr)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, fmt.Errorf("address %q: port %q is not a number up to 65535", config.Addr, port)
	}
	if config.Token == "" && !loopbackName(host) {
		return nil, &PublicBindError{Addr: config.Addr}
	}
	if config.Token != "" && len(config.Token) < MinTokenLength {
		return nil, fmt.Errorf("token: %d bytes are too easily guessed, use at least %d", len(config.Token), MinTokenLength)
	}
	if _, err := newGuard(0, host, config.AllowedHosts); err != nil {
		return nil, err
	}
	files, err := readFiles(config.UI)
	if err != nil {
		return nil, fmt.Errorf("read the page's files: %w", err)
	}
	s := &Server{
		config: config,
		limits: config.Limits.withDefaults(),
		log:    config.Logger,
		files:  files,
	}
	s.mirror = newMirror(s.config.Service, s.limits.MirrorFor)
	s.hub = newHub(config.Service, config.Events, s.mirror, s.limits, s.log)
	s.routes = s.newRoutes()
	return s, nil
}

// loopbackName reports whether host surely is this machine only, without
// asking a name server.
func loopbackName(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost"
	}
	return ip.IsLoopback()
}

// Listen takes the address, so that the page's first request waits for an
// answer and is not refused. Its errors are an [AddrInUseError], a
// [PublicBindError] or the system's.
func (s *Server) Listen() error {
	listener, err := net.Listen("tcp", s.config.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return &AddrInUseError{Addr: s.config.Addr, Err: err}
	}
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --addr", s.config.Addr, err)
	}
	// The name localhost may be set to mean something else.
	bound := listener.Addr().(*net.TCPAddr)
	if s.config.Token == "" && !bound.IP.IsLoopback() {
		return errors.Join(&PublicBindError{Addr: bound.String()}, listener.Close())
	}
	host, _, _ := net.SplitHostPort(s.config.Addr)
	s.guard, err = newGuard(bound.Port, host, s.config.AllowedHosts)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.token = newToken(s.config.Token, bound.Port)
	s.listener = listener
	return nil
}

// Addr is the host and port in use, the configured ones before
// [Server.Listen].
func (s *Server) Addr() string {
	if s.listener == nil {
		return s.config.Addr
	}
	return s.listener.Addr().String()
}

// URL is the page's address for this machine's browser, with the token when
// one is set. It is a secret then.
func (s *Server) URL() string {
	host, port, _ := net.SplitHostPort(s.Addr())
	if ip, err := netip.ParseAddr(host); err != nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/" + s.token.query()
}

// Timeouts of a request. They don't hold for WebSockets, which have their own.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	writeTimeout  = 15 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 16 << 10 // bytes
)

// Run serves until ctx ends, listening first when nobody did. It stops within
// [Limits.StopWait], whatever the clients do, and returns nil then.
func (s *Server) Run(ctx context.Context) error {
	if s.listener == nil {
		if err := s.Listen(); err != nil {
			return err
		}
	}
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return inner },
	}
	var running sync.WaitGroup
	running.Go(func() { s.hub.run(inner) })
	running.Go(func() { s.mirror.run(inner) })
	served := make(chan error, 1)
	running.Go(func() { served <- server.Serve(s.listener) })

	var err error
	select {
	case err = <-served:
		err = fmt.Errorf("serve on %s: %w", s.Addr(), err)
	case <-ctx.Done():
	}

	// Requests and sockets end by the context; what does not is closed. A
	// browser may hold connections it never used: they don't count for long.
	stop()
	ending := context.WithoutCancel(ctx)
	within, cancel := context.WithTimeout(ending, s.limits.StopWait*2/3)
	defer cancel()
	requests, cancel := context.WithTimeout(ending, s.limits.StopWait/6)
	defer cancel()
	if server.Shutdown(requests) != nil {
		_ = server.Close() // its error is the listener's, already closed
	}
	ended := make(chan struct{})
	go func() {
		running.Wait()
		s.hub.wait()
		close(ended)
	}()
	select {
	case <-ended:
		return err
	case <-within.Done():
	}
	s.hub.closeAll()
	select {
	case <-ended:
		return err
	case <-time.After(s.limits.StopWait / 3):
		return errors.Join(err, fmt.Errorf("stop serving on %s: a request did not end within %v", s.Addr(), s.limits.StopWait))
	}
}
