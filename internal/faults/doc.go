// Package faults holds the tests that break things while the real program works:
// it is killed, its lines are cut, its servers restart, its disk fills up. They
// show that no message is lost and none answered twice. SKARGA_SOAK=1 makes them
// longer.
package faults
