package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

const (
	uploadTime  = 30 * time.Minute // that a slow line may take for its files
	networkHour = 2 << 30          // bytes of files from one network in an hour
	filesWrong  = "files_wrong"    // answer of a draft that tells why files could not be kept
	mostFiles   = 100              // of a draft: far below what a message may hold and still be read whole
)

// extend gives a request with files more time than others have.
func (v *visit) extend() {
	c := http.NewResponseController(v.w)
	until := time.Now().Add(uploadTime)
	// A writer that has no deadlines, as in tests, needs none.
	_ = errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until))
}

// files asks for files and shows those there are.
func (v *visit) files(st step) {
	d, ok := v.open()
	if !ok || !v.reached(st, d.Answers) {
		return
	}
	status, problems := http.StatusOK, []problem(nil)
	if v.corrects() {
		for _, text := range d.Answers[filesWrong] {
			status, problems = http.StatusUnprocessableEntity, append(problems, problem{"files", "files", text})
		}
	}
	files, err := v.Drafts.Uploads(v.r.Context(), d.ID)
	if err != nil {
		v.oops("read files", err)
		return
	}
	v.write(status, "files", view{Title: v.say("files.title"), Back: v.back(st, d.Answers), Form: true, Problems: problems, Data: map[string]any{
		"Files": files, "File": v.FileSize >> 20, "All": v.FilesSize >> 20, "Change": v.changing(), "Bytes": v.FileSize,
	}})
}

// addFiles keeps what was sent, takes files off, and goes on.
func (v *visit) addFiles(st step) {
	d, ok := v.open()
	if !ok {
		return
	}
	added, problems, err := v.receive(d)
	if err != nil {
		v.oops("receive files", err)
		return
	}
	wrong := make([]string, len(problems))
	for i, p := range problems {
		wrong[i] = p.Text
	}
	if err := v.Drafts.SetDraft(v.r.Context(), d.ID, v.lang, answers{filesWrong: wrong}, v.trapped()...); err != nil {
		v.oops("keep what is wrong", err)
		return
	}
	if id := v.r.FormValue("remove"); id != "" {
		if err := v.Drafts.DeleteUpload(v.r.Context(), d.ID, id); err != nil {
			v.oops("delete file", err)
			return
		}
	}
	switch do := v.r.FormValue("do"); {
	case v.r.Header.Get("Accept") == "application/json":
		v.filesJSON(added, problems)
	case v.switched(st.ID):
	case len(problems) == 0 && do == "continue":
		v.redirect(v.next(st, d.Answers), v.lang)
	default:
		v.revisit(st.ID, v.lang, len(problems) > 0)
	}
}

// receive reads the parts of the request as they come: files go to the store, the
// rest becomes the request's form.
func (v *visit) receive(d complaint.Draft) (added []complaint.Upload, problems []problem, err error) {
	v.extend()
	v.take(v.FilesSize + maxBody)
	v.r.Form = v.r.URL.Query()
	v.r.PostForm = url.Values{}
	parts, err := v.r.MultipartReader()
	if err != nil {
		return nil, nil, fmt.Errorf("web: files: %w", err)
	}
	before, err := v.Drafts.Uploads(v.r.Context(), d.ID)
	if err != nil {
		return nil, nil, err
	}
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			return added, problems, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("web: files: %w", err)
		}
		switch {
		case p.FormName() == "files" && p.FileName() != "" && len(before)+len(added) >= mostFiles:
			problems = append(problems, problem{"files", "files", v.say("files.count", fileName(p.FileName()), mostFiles)})
		case p.FormName() == "files" && p.FileName() != "":
			u, wrong, err := v.keepFile(d, p)
			if err != nil {
				return nil, nil, err
			}
			if wrong != "" {
				problems = append(problems, problem{"files", "files", wrong})
			} else {
				added = append(added, u)
			}
		case p.FileName() == "":
			b, err := io.ReadAll(io.LimitReader(p, 1024))
			if err != nil {
				return nil, nil, fmt.Errorf("web: files: %w", err)
			}
			v.r.Form.Set(p.FormName(), string(b))
			v.r.PostForm.Set(p.FormName(), string(b))
		}
	}
}

// keepFile stores one file. wrong says to the visitor why it could not be kept.
func (v *visit) keepFile(d complaint.Draft, p *multipart.Part) (u complaint.Upload, wrong string, err error) {
	network := "files " + v.network(v.r)
	before, err := v.Rates.AddRate(v.r.Context(), network, time.Hour, 0)
	if err != nil {
		return u, "", fmt.Errorf("web: count files: %w", err)
	}
	if before > networkHour {
		return u, v.say("files.later", v.Address.Address), nil
	}
	r := bufio.NewReader(p)
	head, _ := r.Peek(512) // a shorter file is whole in it; other errors come back below
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	u = complaint.Upload{ID: complaint.NewID(), DraftID: d.ID, Name: fileName(p.FileName()), MediaType: kind, CreatedAt: v.Now()}
	u, ok, err := v.Drafts.CreateUpload(v.r.Context(), u, r, v.FileSize, v.FilesSize)
	if err != nil {
		return u, "", err
	}
	if _, err := v.Rates.AddRate(v.r.Context(), network, time.Hour, u.Size); err != nil {
		return u, "", fmt.Errorf("web: count files: %w", err)
	}
	switch {
	case ok:
		return u, "", nil
	case u.Size == 0:
		return u, v.say("files.empty", u.Name), nil
	case u.Size > v.FileSize:
		return u, v.say("files.too_large", u.Name, v.FileSize>>20), nil
	}
	return u, v.say("files.too_many", u.Name, v.FilesSize>>20), nil
}

// fileName keeps a name short and free of control signs.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u202e' { // an override turns "exe.txt" round
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if name = clip(strings.TrimSpace(name), 150); name == "" {
		name = "file"
	}
	return name
}

// filesJSON answers the script of the page.
func (v *visit) filesJSON(added []complaint.Upload, problems []problem) {
	type file struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Size string `json:"size"`
	}
	answer := struct {
		Added    []file   `json:"added"`
		Problems []string `json:"problems"`
	}{[]file{}, []string{}}
	for _, u := range added {
		answer.Added = append(answer.Added, file{u.ID, u.Name, size(u.Size)})
	}
	for _, p := range problems {
		answer.Problems = append(answer.Problems, p.Text)
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(v.w).Encode(answer) // the client went away: nothing to do
}
