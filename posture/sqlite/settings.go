package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"sitwell/posture"
)

// maxSettings is the longest merge patch that is stored, in bytes: all the
// settings there are take a twentieth.
const maxSettings = 64 << 10

// Settings returns what the person changed, a JSON merge patch, or nil when
// nothing was ever changed.
func (s *Store) Settings(ctx context.Context) (patch []byte, err error) {
	err = s.reading(ctx, "read the settings", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT patch FROM setting").Scan(&patch)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return patch, err
}

// Profile returns what the person said of themselves, or nil when nothing was.
func (s *Store) Profile(ctx context.Context) (text []byte, err error) {
	err = s.reading(ctx, "read the profile", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT text FROM profile").Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return text, err
}

// SaveProfile stores it in the place of the one before. What is no JSON object, or
// over 64 KiB, is an error of [ErrInvalid].
func (s *Store) SaveProfile(ctx context.Context, text []byte) error {
	return s.writing(ctx, "save the profile", func(tx *sql.Tx) error {
		if err := jsonObject("profile", text); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO profile (one, text) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET text = excluded.text", string(text))
		return err
	})
}

func jsonObject(what string, text []byte) error {
	var object map[string]json.RawMessage
	if len(text) > maxSettings || json.Unmarshal(text, &object) != nil || object == nil {
		return fmt.Errorf("%w: a %s of %d bytes that is no JSON object of at most %d", ErrInvalid, what, len(text), maxSettings)
	}
	return nil
}

// SaveSettings stores the whole patch in the place of the one before, together
// with the events that go with it: both or neither. It returns the events as
// [Store.AppendEvents] does. A patch that is no JSON object, or is over 64 KiB,
// is an error of [ErrInvalid].
func (s *Store) SaveSettings(ctx context.Context, patch []byte, events []posture.Event) (stored []posture.Event, err error) {
	err = s.writing(ctx, "save the settings", func(tx *sql.Tx) error {
		if err := jsonObject("settings patch", patch); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO setting (one, patch) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET patch = excluded.patch",
			string(patch)); err != nil {
			return err
		}
		stored, err = appendEvents(ctx, tx, events)
		return err
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}
