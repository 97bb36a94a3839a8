package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/sqlite"
)

func (a *App) deleteCommand() *cobra.Command {
	var where dataFlags
	var from, to string
	var all, yes bool
	c := &cobra.Command{
		Use:   "delete",
		Short: "Delete days of the history, or all of it, for good",
		Long: `Deletes what was recorded on the days named, both included, or everything. It
asks first. With one of --from and --to alone, the range is open on the other
side. A running sitwell does it itself and goes on watching.

What is deleted is overwritten, the file shrinks, its log is emptied, and the
copies that updates left beside it are removed, since they hold the same days.
Copies that you made yourself, and what the disk keeps of overwritten blocks,
are beyond reach.

Of days go events, minutes, quarters of an hour and measurements; your uprights
and settings stay. --all takes them too, as if Sitwell had never run.

The exit code is 0 when all is gone, 1 when you said no or something failed, 2 for a
bad flag or a history that can't be changed, 3 when there is no history, 8 when the
sitwell that has it can't be asked, 9 when the deletion was begun and goes on.`,
		Example: `  sitwell delete --from 2026-11-20 --to 2026-11-21
  sitwell delete --to 2024-12-31 --yes
  sitwell delete --all`,
		Args: cobra.NoArgs,
	}
	where.add(c)
	f := c.Flags()
	f.StringVar(&from, "from", "", "the first day, as 2026-11-20")
	f.StringVar(&to, "to", "", "the last day, included")
	f.BoolVar(&all, "all", false, "everything, uprights and settings too")
	f.BoolVar(&yes, "yes", false, "don't ask")
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		first, last, err := history.ParseBounds(from, to)
		ranged := c.Flags().Changed("from") || c.Flags().Changed("to")
		switch {
		case all == ranged:
			return coded(exitBadInput, "say what to delete: days with --from and --to, or everything with --all")
		case ranged && (from == "" && c.Flags().Changed("from") || to == "" && c.Flags().Changed("to")):
			return coded(exitBadInput, "--from and --to want a day, as 2026-11-20")
		case err != nil:
			return coded(exitBadInput, "--%w", err)
		}
		return a.erase(c.Context(), cfg, erasure{first, last, all, yes})
	}
	return c
}

// erasure is what somebody wants deleted.
type erasure struct {
	first, last *history.Date // nil for no bound
	all, yes    bool
}

// what says it in words.
func (e *erasure) what() string {
	switch {
	case e.all:
		return "everything"
	case e.first == nil:
		return fmt.Sprintf("all until %s", e.last)
	case e.last == nil:
		return fmt.Sprintf("all from %s on", e.first)
	case *e.first == *e.last:
		return e.first.String()
	}
	return fmt.Sprintf("%s to %s", e.first, e.last)
}

// errKept is the answer no.
var errKept = errors.New("nothing was deleted")

func (a *App) erase(ctx context.Context, cfg Config, e erasure) error {
	kept, some, copies, err := toErase(ctx, cfg, e)
	if err != nil {
		return err
	}
	if !some && !e.all {
		fmt.Fprintf(a.Stdout, "There is nothing of %s: nothing was deleted.\n", e.what())
		return nil
	}
	if !e.yes {
		fmt.Fprintf(a.Stdout, "This deletes %s: %d events, %d minutes, %d measurements", e.what(), kept.Events, kept.Minutes, kept.Measurements)
		if e.all {
			fmt.Fprint(a.Stdout, ", your uprights and settings")
		}
		fmt.Fprintln(a.Stdout, ".")
		for _, c := range copies {
			fmt.Fprintf(a.Stdout, "The copy %s goes too.\n", c)
		}
		fmt.Fprint(a.Stdout, "It can't be undone. Type yes to delete it: ")
		answer, err := bufio.NewReader(io.LimitReader(heeding(ctx, a.Stdin), 100)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			if ctx.Err() != nil {
				fmt.Fprintln(a.Stdout)
				return coded(exitFailed, "%w", errKept)
			}
			return fmt.Errorf("read your answer: %w", err)
		}
		if strings.TrimSpace(answer) != "yes" {
			fmt.Fprintln(a.Stdout)
			return coded(exitFailed, "%w", errKept)
		}
	}
	gone, err := a.eraseNow(ctx, cfg, e)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "Deleted %s: %d events, %d minutes, %d measurements.\n", e.what(), gone.Events, gone.Minutes, gone.Measurements)
	return nil
}

// toErase looks what there is to delete: how much is counted, and whether there is
// anything, though it be only sums or what an earlier deletion did not end.
func toErase(ctx context.Context, cfg Config, e erasure) (kept posture.Kept, some bool, copies []string, err error) {
	store, err := readHistory(ctx, cfg)
	if err != nil {
		return kept, false, nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	spans, err := spansOf(ctx, store, e)
	if err != nil {
		return kept, false, nil, err
	}
	for _, s := range spans {
		k, err := store.Kept(ctx, s.From, s.To)
		if err != nil {
			return kept, false, nil, err
		}
		kept.Add(k)
		there, err := store.Anything(ctx, s.From, s.To)
		if err != nil {
			return kept, false, nil, err
		}
		some = some || there
	}
	copies, err = store.Copies()
	return kept, some, copies, err
}

// spansOf are the instants of the days.
func spansOf(ctx context.Context, store *sqlite.Store, e erasure) ([]history.Span, error) {
	zones, err := store.History().Zones(ctx)
	if err != nil {
		return nil, err
	}
	return zones.Between(e.first, e.last), nil
}

// eraseNow deletes it, or has the sitwell do it that has the history open.
func (a *App) eraseNow(ctx context.Context, cfg Config, e erasure) (gone posture.Kept, err error) {
	store, err := sqlite.Open(ctx, cfg.historyFile())
	if errors.Is(err, sqlite.ErrLocked) {
		return eraseThere(ctx, cfg, e, err)
	}
	if err != nil {
		return gone, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	// What an earlier one did not end comes first.
	if err := eraseSteps(ctx, store); err != nil {
		return gone, err
	}
	if e.all {
		if gone, err = store.EraseAll(ctx, time.Now()); err != nil {
			return gone, err
		}
		return gone, eraseSteps(ctx, store)
	}
	spans, err := spansOf(ctx, store, e)
	if err != nil {
		return gone, err
	}
	for _, s := range spans {
		kept, err := store.Erase(ctx, s.From, s.To, time.Now())
		if err != nil {
			return gone, err
		}
		gone.Add(kept)
		if err := eraseSteps(ctx, store); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// eraseSteps ends a deletion.
func eraseSteps(ctx context.Context, store *sqlite.Store) error {
	for begin := time.Now(); ; {
		more, err := store.EraseStep(ctx)
		switch {
		case errors.Is(err, sqlite.ErrBusy) && time.Since(begin) < sqlite.BusyTimeout:
			time.Sleep(50 * time.Millisecond)
		case err != nil:
			return coded(exitGoesOn, "the deletion was begun, and goes on when sitwell starts or this is called again: %w", err)
		case !more:
			return nil
		}
	}
}

// eraseThere asks the sitwell that has the history open.
func eraseThere(ctx context.Context, cfg Config, e erasure, locked error) (gone posture.Kept, err error) {
	text, err := os.ReadFile(addressFile(cfg.Data))
	if errors.Is(err, fs.ErrNotExist) {
		return gone, locked
	}
	if err != nil {
		return gone, fmt.Errorf("find the sitwell that is running: %w", err)
	}
	address, who, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	// Of one that was killed the address is left; its token is for nobody else.
	if pid, held := sqlite.Holder(cfg.historyFile()); !held || who != strconv.Itoa(pid) {
		return gone, locked
	}
	page, err := url.Parse(address)
	if err != nil {
		return gone, fmt.Errorf("find the sitwell that is running: %s holds no address: %w", addressFile(cfg.Data), err)
	}
	origin := page.Scheme + "://" + page.Host
	asked := url.Values{"whose": {"person"}}
	if e.all {
		asked.Set("all", "true")
	}
	if e.first != nil {
		asked.Set("from", e.first.String())
	}
	if e.last != nil {
		asked.Set("to", e.last.String())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, origin+"/api/v1/history?"+asked.Encode(), nil)
	if err != nil {
		return gone, err
	}
	r.Header.Set("Origin", origin)
	if token := page.Query().Get("token"); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return gone, fmt.Errorf("ask the sitwell that is running: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return gone, fmt.Errorf("ask the sitwell that is running: %w", err)
	}
	if res.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), posture.ErrErasing.Error()) {
		return gone, coded(exitGoesOn, "the sitwell that is running has begun to delete it and goes on: look again in a moment")
	}
	if res.StatusCode != http.StatusOK {
		var refused struct {
			Error string `json:"error"`
		}
		if json.Unmarshal(body, &refused) != nil || refused.Error == "" {
			refused.Error = res.Status
		}
		return gone, fmt.Errorf("the sitwell that is running did not delete it: %s", refused.Error)
	}
	if err := json.Unmarshal(body, &gone); err != nil {
		return gone, fmt.Errorf("the sitwell that is running answers strangely: %w", err)
	}
	return gone, nil
}

// heeding reads from r until ctx ends: a person who is asked may press Ctrl-C. What
// reads on then ends with the program.
func heeding(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	return out
}

// addressFile tells where the page of the sitwell is that has the data folder
// open, with its token, and which process that is: only its user can read it.
func addressFile(data string) string { return filepath.Join(data, "address") }
