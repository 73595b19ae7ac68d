// Package scannerimport is the room for what arrives on paper: watched folder,
// sheets, pages and OCR. It is empty until letters are taken in.
package scannerimport
