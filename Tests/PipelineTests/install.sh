# shellcheck shell=bash disable=SC2154 # sourced by run, whose variables these are
# Installing: which files go where, what reinstalling and uninstalling leave, manual pages and completions.

# Gives the checkout two programs that only print help, sources, data, and what installs.
with_installable_programs() {
  local name
  cp -r "$project/packaging" .
  mkdir -p data/almanac Sources/StageKit Sources/Programs/{tokenize,show}
  echo questions > data/almanac/test.jsonl
  echo 'let credenceVersion = "1.2.3"' > Sources/StageKit/Version.swift
  for name in tokenize show; do
    cat > ".build/release/$name" << 'PROGRAM'
#!/bin/sh
[ "$1" != --version ] || { echo "${0##*/} 1.2.3" && exit; }
cat << 'HELP'
OVERVIEW: Turns questions into tokens.

Example:
  .build/release/tokenize --dataset mine

USAGE: tokenize [<options>] --dataset <name>

OPTIONS:
  --dataset <name>        The set's name: any word. A second sentence.
  --answers <answers>     What the answers are. (values: index, text; default: text)
  --precision <precision> The numbers.
        Without it: float32.
  -q, --quiet             Say nothing.

EXIT CODES:
  0    done
HELP
PROGRAM
    chmod +x ".build/release/$name"
  done
  touch .build/release/.built
}

installed() { (cd "$1" && find . -not -type d | sed 's|^\./||' | grep -v '^share/credence/pipeline/' | LC_ALL=C sort); }

expected_files="bin/credence
bin/credence-show
bin/credence-tokenize
libexec/credence/show
libexec/credence/tokenize
share/bash-completion/completions/credence
share/bash-completion/completions/credence-show
share/bash-completion/completions/credence-tokenize
share/credence/Makefile
share/credence/data/almanac/test.jsonl
share/fish/vendor_completions.d/credence-show.fish
share/fish/vendor_completions.d/credence-tokenize.fish
share/fish/vendor_completions.d/credence.fish
share/man/man1/credence-show.1.gz
share/man/man1/credence-tokenize.1.gz
share/man/man1/credence.1.gz
share/zsh/site-functions/_credence
share/zsh/site-functions/_credence-show
share/zsh/site-functions/_credence-tokenize"

test_install_puts_every_file_in_its_place() {
  with_installable_programs
  (umask 077 && succeeds make install DESTDIR=dest PREFIX=/usr && exit "$failures") || fail "see above"
  equal "$expected_files" "$(installed dest/usr)"
  equal "" "$(diff -r pipeline dest/usr/share/credence/pipeline)"
  equal "" "$(find dest/usr -not -perm -044)"
  mv dest moved
  equal "credence-show 1.2.3" "$(moved/usr/bin/credence-show --version)"
  equal "credence 1.2.3" "$(moved/usr/bin/credence --version)"
}

test_installing_again_replaces_what_an_earlier_version_installed() {
  with_installable_programs
  cp -r Sources/Programs/show Sources/Programs/old
  cp .build/release/show .build/release/old
  touch .build/release/.built
  succeeds make install DESTDIR=dest
  contains bin/credence-old "$(installed dest/usr/local)"
  echo ours >> dest/usr/local/share/credence/Makefile
  rm -r Sources/Programs/old
  succeeds make install DESTDIR=dest
  equal "$expected_files" "$(installed dest/usr/local)"
  succeeds cmp Makefile dest/usr/local/share/credence/Makefile
}

test_uninstall_removes_what_was_installed_and_nothing_else() {
  with_installable_programs
  mkdir -p dest/opt/bin
  touch dest/opt/bin/credence-of-others
  succeeds make install DESTDIR=dest PREFIX=/opt
  succeeds make uninstall DESTDIR=dest PREFIX=/opt
  equal bin/credence-of-others "$(installed dest/opt)"
  succeeds make uninstall DESTDIR=dest PREFIX=/opt
}

test_a_wrong_prefix_is_refused() {
  with_installable_programs
  fails make install PREFIX=usr
  contains "PREFIX=usr: must be an absolute path" "$(cat output)"
  fails make install PREFIX='/opt/my programs'
  contains "PREFIX=/opt/my programs: a blank cannot stand in a path" "$(cat output)"
  fails make install PREFX=/opt
  contains "did you mean PREFIX?" "$(cat output)"
  fails tiny evaluate PREFIX=/opt
  contains "PREFIX is no setting" "$(cat output)"
  touch file
  fails make install DESTDIR=file
  contains "install: file/usr/local cannot be written" "$(cat output)"
}

# $1: a shell. Prints what is made from the help page of `tokenize`.
documented() { .build/release/tokenize --help | packaging/document "$1" credence-tokenize 1.2.3; }

test_a_manual_page_says_what_the_help_says() {
  local page
  with_installable_programs
  page=$(documented man)
  contains 'credence\-tokenize \- Turns questions into tokens.' "$page"
  contains $'.SH SYNOPSIS\ncredence\\-tokenize [<options>] \\-\\-dataset <name>' "$page"
  contains $'.B \\-\\-precision <precision>\nThe numbers. Without it: float32.' "$page"
  contains $'.B \\-q, \\-\\-quiet\nSay nothing.' "$page"
  contains $'.SH EXIT CODES\n.nf\n  0    done' "$page"
  succeeds make install DESTDIR=dest PREFIX=/usr
  contains '  credence\-tokenize \-\-dataset mine' "$(zcat dest/usr/share/man/man1/credence-tokenize.1.gz)"
  contains $'.B evaluate\nfit every method' "$(zcat dest/usr/share/man/man1/credence.1.gz)"
}

# $1: a line whose last word is to be completed. Prints what bash would offer.
offered() {
  local words
  read -ra words <<< "$1"
  [ "${1: -1}" != ' ' ] || words+=('')
  "_${words[0]}" "${words[0]}" "${words[-1]}" "${words[-2]}"
  echo "${COMPREPLY[*]}"
}

test_completions_offer_options_values_goals_and_else_files() {
  with_installable_programs
  succeeds make install DESTDIR=dest
  # shellcheck disable=SC1090 # written by the test
  for file in dest/usr/local/share/bash-completion/completions/*; do source "$file"; done
  equal "--dataset --answers --precision --quiet" "$(offered "credence-tokenize --")"
  equal "index text" "$(offered "credence-tokenize --answers ")"
  equal "" "$(offered "credence-tokenize --dataset ")"
  equal "evaluate" "$(offered "credence eval")"
  equal "complete -o default -F _credence-tokenize credence-tokenize" "$(complete -p credence-tokenize)"
  equal "complete -c credence-tokenize -l answers -x -a 'index text' -d 'What the answers are.'" \
    "$(documented fish | grep answers)"
  contains "'*--dataset[The set'\''s name\: any word.]:value:_files'" "$(documented zsh)"
}
