// Package ingest is what arrives by wire: it reads a message, judges it in the
// order of DESIGN, matches it to a complaint and writes what it led to. The
// reading itself is in package message, the mailbox in package imap.
package ingest
