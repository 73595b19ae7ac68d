//go:build unix

package file

import "syscall"

// reserved gives memory that nobody has touched: the system hands out what is used, and
// not more. Go's own may have been used before, and is then cleared from end to end.
func reserved(size int) (all []byte, free func()) {
	all, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return make([]byte, size), func() {}
	}
	return all, func() { _ = syscall.Munmap(all) }
}
