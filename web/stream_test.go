package web

import "testing"

// A change between the making of a page and its stream would never be shown.
func TestChangeBeforeThePageListensIsTold(t *testing.T) {
	t.Parallel()
	var h hub
	select {
	case <-h.join():
		t.Error("told of a change, and there was none")
	default:
	}
	h.tell()
	select {
	case <-h.join():
	default:
		t.Error("the change just before is not told")
	}
}
