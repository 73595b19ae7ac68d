package testserver

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// DovecotServer is a running Dovecot with one password for every user name: a user
// exists as soon as it logs in.
type DovecotServer struct {
	Addr     string // host:port, plain with STARTTLS
	TLSAddr  string // host:port, implicit TLS
	User     string // a user name; any other works with the same password
	Password string
	CAFile   string         // PEM of the self-made certificate, for "localhost" and 127.0.0.1
	CAPool   *x509.CertPool // the same certificate
	LogFile  string

	dir     string // base folder
	rubbish string // the same if it is ours to remove
	proc    *guarded
	key     []byte // signs tokens
}

// Dovecot starts a Dovecot for one test. With lines of an access control list, such as
// "INBOX user=x lr", its plugin for rights is on: who is not named there may do all.
func Dovecot(t testing.TB, acl ...string) *DovecotServer {
	t.Helper()
	_, err := findBinary("dovecot", "/usr/sbin/dovecot")
	Need(t, "Dovecot", err)
	d, err := start("", acl)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			if log, err := os.ReadFile(d.LogFile); err == nil {
				t.Logf("dovecot log:\n%s", tail(log, 4000))
			}
		}
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func tail(b []byte, n int) []byte {
	if len(b) > n {
		b = b[len(b)-n:]
	}
	return b
}

// StartDovecot starts a Dovecot that keeps everything in dir; with dir "" in a
// folder of its own that goes away with it. It returns when both ports answer.
func StartDovecot(dir string) (*DovecotServer, error) { return start(dir, nil) }

func start(dir string, acl []string) (*DovecotServer, error) {
	binary, err := findBinary("dovecot", "/usr/sbin/dovecot")
	if err != nil {
		return nil, err
	}
	// QUIRK: Dovecot refuses to read mail as root, so mail belongs to nobody.
	cred, err := credentialOf("nobody", "daemon")
	if err != nil {
		return nil, err
	}
	dir, temporary, err := ownDir(dir, "skarga-dovecot-", nil)
	if err != nil {
		return nil, err
	}
	rubbish := ""
	if temporary {
		rubbish = dir
	}
	for try := 0; ; try++ {
		d, err := startDovecot(binary, dir, rubbish, acl, cred)
		if err == nil || try == 2 { // another process may have taken the port
			return d, err
		}
	}
}

func startDovecot(binary, dir, rubbish string, acl []string, cred *syscall.Credential) (*DovecotServer, error) {
	d := &DovecotServer{User: "complaints", Password: "secret", dir: dir, rubbish: rubbish,
		CAFile: filepath.Join(dir, "cert.pem"), LogFile: filepath.Join(dir, "dovecot.log"),
		key: []byte("a key that only tests know, 32 bytes and more")}
	conf, err := d.writeFiles(acl, cred)
	if err != nil {
		return nil, err
	}
	d.proc, err = startGuarded(nil, nil, filepath.Join(dir, "output.log"), "TERM", rubbish, binary, "-F", "-c", conf)
	if err != nil {
		return nil, err
	}
	for _, addr := range []string{d.Addr, d.TLSAddr} {
		if err := waitPort(addr, d.proc.ended); err != nil {
			out, _ := os.ReadFile(filepath.Join(dir, "output.log"))
			_ = d.proc.stop("TERM")
			return nil, fmt.Errorf("%w\n%s", err, tail(out, 2000))
		}
	}
	return d, nil
}

// Stop ends the server with all its processes, and removes its folder if that was its
// own. QUIRK: asked politely, Dovecot takes a second.
func (d *DovecotServer) Stop() error {
	err := d.proc.kill()
	if d.rubbish != "" {
		if e := os.RemoveAll(d.rubbish); err == nil && e != nil {
			err = fmt.Errorf("testserver: %w", e)
		}
	}
	return err
}

// Token returns a bearer token (RFC 7519, HS256) that the server accepts for user
// with OAUTHBEARER and XOAUTH2 until expires.
func (d *DovecotServer) Token(user string, expires time.Time) string {
	enc := base64.RawURLEncoding
	part := func(v any) string {
		b, _ := json.Marshal(v) // plain maps always marshal
		return enc.EncodeToString(b)
	}
	signed := part(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + part(map[string]any{
		"sub": user, "email": user, "iat": 1577836800, "exp": expires.Unix()})
	mac := hmac.New(sha256.New, d.key)
	mac.Write([]byte(signed))
	return signed + "." + enc.EncodeToString(mac.Sum(nil))
}

func (d *DovecotServer) writeFiles(acl []string, cred *syscall.Credential) (string, error) {
	cert, err := selfSigned()
	if err != nil {
		return "", err
	}
	d.CAPool = x509.NewCertPool()
	d.CAPool.AppendCertsFromPEM(cert.certPEM)
	plain, err := freePort()
	if err != nil {
		return "", err
	}
	implicit, err := freePort()
	if err != nil {
		return "", err
	}
	d.Addr, d.TLSAddr = fmt.Sprintf("127.0.0.1:%d", plain), fmt.Sprintf("127.0.0.1:%d", implicit)
	data := dovecotData{Dir: d.dir, Plain: plain, Implicit: implicit, Password: d.Password, Root: cred != nil, ACL: acl != nil}
	if cred != nil {
		data.UID, data.GID = int(cred.Uid), int(cred.Gid)
	} else {
		data.UID, data.GID = os.Getuid(), os.Getgid()
	}
	var conf bytes.Buffer
	if err := template.Must(template.New("conf").Parse(dovecotConf)).Execute(&conf, data); err != nil {
		return "", fmt.Errorf("testserver: %w", err)
	}
	// QUIRK: Dovecot's workers run as another user than its master; what they write
	// into must be open to all.
	for _, sub := range []string{"home", "tmp", "keys", "keys/default", "keys/default/HS256"} {
		path := filepath.Join(d.dir, sub)
		if err := os.MkdirAll(path, 0o777); err != nil {
			return "", fmt.Errorf("testserver: %w", err)
		}
		if err := os.Chmod(path, 0o777); err != nil {
			return "", fmt.Errorf("testserver: %w", err)
		}
	}
	files := map[string][]byte{"dovecot.conf": conf.Bytes(), "cert.pem": cert.certPEM, "key.pem": cert.keyPEM,
		"acl":                        []byte(strings.Join(acl, "\n") + "\n"),
		"oauth2.conf":                []byte(strings.ReplaceAll(dovecotOAuth, "DIR", d.dir)),
		"keys/default/HS256/default": []byte(base64.StdEncoding.EncodeToString(d.key))}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(d.dir, name), content, 0o644); err != nil {
			return "", fmt.Errorf("testserver: %w", err)
		}
	}
	return filepath.Join(d.dir, "dovecot.conf"), nil
}

type dovecotData struct {
	Dir             string
	Plain, Implicit int
	Password        string
	Root, ACL       bool
	UID, GID        int
}

// dovecotOAuth validates tokens locally against keys/default/HS256/default.
const dovecotOAuth = `
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=DIR/keys/
username_attribute = email
`

const dovecotConf = `
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/dovecot.log
mail_temp_dir = {{.Dir}}/tmp
instance_name = skarga-test
protocols = imap
listen = 127.0.0.1
{{if not .Root}}
default_internal_user = #{{.UID}}
default_login_user = #{{.UID}}
default_internal_group = #{{.GID}}
{{end}}
ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login oauthbearer xoauth2
passdb {
  driver = static
  args = password={{.Password}}
  mechanisms = plain login
}
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {{.Dir}}/oauth2.conf
}
userdb {
  driver = static
  args = uid={{.UID}} gid={{.GID}} home={{.Dir}}/home/%u allow_all_users=yes
}
mail_uid = {{.UID}}
mail_gid = {{.GID}}
first_valid_uid = 1
first_valid_gid = 1
mail_location = sdbox:~/mail
mail_fsync = never
{{if .ACL}}
mail_plugins = acl
protocol imap {
  mail_plugins = acl imap_acl
}
plugin {
  acl = vfile:{{.Dir}}/acl
}
{{end}}
auth_failure_delay = 0
mail_max_userip_connections = 100
default_client_limit = 4000
default_process_limit = 400
default_vsz_limit = 0
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  client_limit = 1000
  inet_listener imap {
    port = {{.Plain}}
  }
  inet_listener imaps {
    port = {{.Implicit}}
    ssl = yes
  }
}
service imap {
  process_limit = 400
}
service anvil {
  chroot =
  client_limit = 4000
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  client_limit = 4000
}
namespace inbox {
  inbox = yes
  separator = /
}
`
