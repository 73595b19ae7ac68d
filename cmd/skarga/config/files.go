package config

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// OAuth says whether it is opened by a token and not by a password.
func (m Mailbox) OAuth() bool { return m.Auth == "oauthbearer" || m.Auth == "xoauth2" }

// Files are the files that must be there for some of the roles, by their setting:
// secrets, and certificates of private authorities.
func (c Config) Files(roles []string) map[string]string {
	files := map[string]string{"database.url_file": c.Database.URLFile}
	if slices.Contains(roles, "deliver") {
		files["smtp.ca_file"] = c.SMTP.CAFile
		if c.SMTP.User != "" {
			files["smtp.password_file"] = c.SMTP.PasswordFile
		}
	}
	for i, m := range c.Mailboxes {
		if !slices.Contains(roles, "poll") {
			break
		}
		key := fmt.Sprintf("mailboxes[%d].", i)
		files[key+"ca_file"] = m.CAFile
		switch {
		case !m.OAuth():
			files[key+"password_file"] = m.PasswordFile
		case len(m.TokenCommand) == 0:
			files[key+"token_file"] = m.TokenFile
		}
	}
	maps.DeleteFunc(files, func(_, file string) bool { return file == "" })
	return files
}

// Secret reads a secret from a file, without its trailing line end. An empty path
// gives an empty secret.
func Secret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("config: secret: %w", err)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}
