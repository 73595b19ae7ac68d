package store

import (
	lru "container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"
)

// The limits of what one connection keeps prepared.
const (
	maxPrepared = 160
	maxSQL      = 16 << 10 // bytes of a text; longer ones are rows of VALUES, made for one call
)

// prepared is a connector whose connections prepare each query once and keep it:
// parsing and planning cost more than running most of our queries.
// database/sql prepares for one transaction only.
type prepared struct{ driver.Connector }

// openPrepared opens a pool of such connections.
func openPrepared(c driver.Connector) *sql.DB { return sql.OpenDB(prepared{c}) }

func (p prepared) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keepingConn{Conn: c, kept: map[string]*lru.Element{}, recent: lru.New()}, nil
}

// keepingConn is a connection with its prepared statements. database/sql uses it
// from one goroutine at a time.
type keepingConn struct {
	driver.Conn
	kept   map[string]*lru.Element // of *keptStmt, by text
	recent *lru.List               // the latest used first
}

type keptStmt struct {
	driver.Stmt
	query string
	busy  bool // its rows are being read
}

// statement gives the prepared statement of a query; nil when it is none to keep,
// or when its rows are being read.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStmt, error) {
	if at, ok := c.kept[query]; ok {
		s := at.Value.(*keptStmt)
		if s.busy {
			return nil, nil
		}
		c.recent.MoveToFront(at)
		return s, nil
	}
	verb, _, _ := strings.Cut(query, " ")
	if len(query) > maxSQL || !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}, verb) {
		return nil, nil
	}
	preparer, ok := c.Conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, nil
	}
	c.makeRoom()
	st, err := preparer.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &keptStmt{Stmt: st, query: query}
	c.kept[query] = c.recent.PushFront(s)
	return s, nil
}

// makeRoom gives up the statement that was not used for the longest time.
func (c *keepingConn) makeRoom() {
	if c.recent.Len() < maxPrepared {
		return
	}
	for at := c.recent.Back(); at != nil; at = at.Prev() {
		if s := at.Value.(*keptStmt); !s.busy {
			c.recent.Remove(at)
			delete(c.kept, s.query)
			_ = s.Close() // the connection itself will show if it is broken
			return
		}
	}
}

// Close gives up the statements and the connection.
func (c *keepingConn) Close() error {
	for at := c.recent.Front(); at != nil; at = at.Next() {
		_ = at.Value.(*keptStmt).Close() // they end with the connection anyway
	}
	return c.Conn.Close()
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s != nil {
		if run, ok := s.Stmt.(driver.StmtExecContext); ok {
			return run.ExecContext(ctx, args)
		}
	}
	if run, ok := c.Conn.(driver.ExecerContext); ok {
		return run.ExecContext(ctx, query, args)
	}
	return nil, driver.ErrSkip
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s != nil {
		if run, ok := s.Stmt.(driver.StmtQueryContext); ok {
			all, err := run.QueryContext(ctx, args)
			if err != nil {
				return nil, err
			}
			s.busy = true
			return &keptRows{all, s}, nil
		}
	}
	if run, ok := c.Conn.(driver.QueryerContext); ok {
		return run.QueryContext(ctx, query, args)
	}
	return nil, driver.ErrSkip
}

// keptRows frees their statement when they are closed.
type keptRows struct {
	driver.Rows
	of *keptStmt
}

func (r *keptRows) Close() error {
	err := r.Rows.Close()
	r.of.busy = false
	return err
}

// ColumnTypeDatabaseTypeName implements driver.RowsColumnTypeDatabaseTypeName.
func (r *keptRows) ColumnTypeDatabaseTypeName(i int) string {
	if named, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return named.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

// What follows hands on what database/sql may ask of a connection.

// BeginTx implements driver.ConnBeginTx.
func (c *keepingConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if b, ok := c.Conn.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, opts)
	}
	return nil, errors.New("store: the driver has no transactions with options")
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *keepingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if p, ok := c.Conn.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, query)
	}
	return c.Prepare(query)
}

// Ping implements driver.Pinger.
func (c *keepingConn) Ping(ctx context.Context) error {
	if p, ok := c.Conn.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// ResetSession implements driver.SessionResetter.
func (c *keepingConn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid implements driver.Validator.
func (c *keepingConn) IsValid() bool {
	v, ok := c.Conn.(driver.Validator)
	return !ok || v.IsValid()
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *keepingConn) CheckNamedValue(v *driver.NamedValue) error {
	if k, ok := c.Conn.(driver.NamedValueChecker); ok {
		return k.CheckNamedValue(v)
	}
	return driver.ErrSkip
}
