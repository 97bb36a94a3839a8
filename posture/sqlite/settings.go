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

// SaveSettings stores the whole patch in the place of the one before, together
// with the events that go with it: both or neither. It returns the events as
// [Store.AppendEvents] does. A patch that is no JSON object, or is over 64 KiB,
// is an error of [ErrInvalid].
func (s *Store) SaveSettings(ctx context.Context, patch []byte, events []posture.Event) (stored []posture.Event, err error) {
	err = s.writing(ctx, "save the settings", func(tx *sql.Tx) error {
		var object map[string]json.RawMessage
		if len(patch) > maxSettings || json.Unmarshal(patch, &object) != nil || object == nil {
			return fmt.Errorf("%w: settings of %d bytes that are no JSON object of at most %d", ErrInvalid, len(patch), maxSettings)
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
