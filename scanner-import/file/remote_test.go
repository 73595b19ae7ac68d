package file

import (
	"os"
	"testing"
	"time"
)

// TestProcessorTimeGrowsWithWork works until that shows: a process that only waits for
// its turn has spent none.
func TestProcessorTimeGrowsWithWork(t *testing.T) {
	t.Parallel()
	before := processorTime(os.Getpid())
	for end := time.Now().Add(time.Minute); processorTime(os.Getpid()) < before+50*time.Millisecond; {
		if time.Now().After(end) {
			t.Fatal("a minute of work does not show")
		}
	}
	if got := processorTime(-1); got != 0 {
		t.Errorf("nobody's: %v", got)
	}
}
