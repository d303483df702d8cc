# hypercare: the two commands of the README are `make demo` and `make test`.

PREFIX ?= /usr/local
SWIFT ?= swift
# A library that lies beside the binary is none of ours.
STATIC = -c release --static-swift-stdlib --disable-local-rpath --product hypercare
RELEASE = .build/release/hypercare
DEBUG = .build/debug/hypercare
FIRST_BUILD = some minutes
# One suite in seconds: make test ONLY=CronWatch
ONLY ?=

.PHONY: demo build test pictures lint imports bench bench-detect bench-live bench-store bench-broker bench-frames bench-memory soak soak-alerts flagfile kills kills-alerts fuzz faults release install uninstall clean

demo: .build/.ready-build
	@test -x $(RELEASE) || echo "The first build takes $(FIRST_BUILD) on two cores; then it starts at once."
	@$(SWIFT) build $(STATIC)
	@$(RELEASE) demo

build: .build/.ready-build
	$(SWIFT) build

# Suites that start servers, programs and pseudo-terminals run one test at a time, each target in a process
# of its own: nothing they measure or freeze is another test's. Then everything that runs the program on the
# release build, and what takes minutes there alone. Nothing is run twice to be green: a test that fails now
# and then is a defect.
ALONE = PlatformTests CursesTests SessionTests ProbesTests FlagBackendsTests SmokeTests
space := $(subst ,, )
# They mostly wait, on servers of their own: they run beside the tests of the release build, in two lines.
WAITING = ^SmokeTests\.LivingStore
WAITING_TOO = ^(SmokeTests\.(AlertKill|FrozenSource|KeptPlace|KillNine)|ProbesTests\.ProbeContract)
LONG = $(WAITING)|$(WAITING_TOO)|^SmokeTests\.(ChangeKill|RealStore|StatusTests)
TESTS = $(SWIFT) test --skip-build
BESIDE = $(TESTS) --skip '^($(subst $(space),|,$(ALONE)))\.'
# A run that hangs is ended; it takes five minutes at most.
EACH = timeout -k 10 1200 $(TESTS) --no-parallel

# The first build shows that it moves, later ones only what is wrong.
BUILT = $(wildcard .build/debug/hypercarePackageTests.xctest)

test: .build/.ready-test
	@test -n "$(BUILT)" || echo "The first build takes $(FIRST_BUILD) on two cores."
	$(SWIFT) build --build-tests $(if $(BUILT),--quiet)
ifneq ($(ONLY),)
	HYPERCARE_BIN=$(CURDIR)/$(DEBUG) $(TESTS) --filter '$(ONLY)'
else
	$(BESIDE)
	@set -e; for target in $(filter-out SmokeTests,$(ALONE)); do \
	    export HYPERCARE_BIN=$(CURDIR)/$(DEBUG); \
	    $(EACH) --filter "^$$target\." --skip '$(LONG)'; \
	done
	$(SWIFT) build $(STATIC) --quiet
	@export HYPERCARE_BIN=$(CURDIR)/$(RELEASE); log=$$(mktemp); log_too=$$(mktemp); \
	$(EACH) --ignore-lock --filter '$(WAITING)' > $$log 2>&1 & waiting=$$!; \
	$(EACH) --ignore-lock --filter '$(WAITING_TOO)' > $$log_too 2>&1 & waiting_too=$$!; \
	$(EACH) --ignore-lock --filter '^SmokeTests\.' --skip '$(WAITING)|$(WAITING_TOO)'; smoke=$$?; \
	wait $$waiting; waited=$$?; wait $$waiting_too; waited_too=$$?; \
	cat $$log $$log_too; rm -f $$log $$log_too; test $$smoke$$waited$$waited_too = 000
endif

# Writes the pictures that the tests of the screens compare with. The run that records ends red by design, the one
# after it must not; what changed is reviewed like code.
pictures: .build/.ready-test
	$(SWIFT) build --build-tests --quiet
	-RECORD=1 $(TESTS) --filter '^ScreensTests\.' > .build/pictures.log 2>&1
	$(TESTS) --filter '^ScreensTests\.'
	@git status --short Tests/ScreensTests/Snapshots

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

imports: .build/.ready-test
	$(SWIFT) build --build-tests --quiet
	$(SWIFT) test --skip-build --filter ArchitectureTests

# Beside htop and btop, over a pty; the figures are printed, nothing passes or fails by time.
bench: .build/.ready-bench release
	@python3 Tests/Bench/bench.py --binary .build/dist/hypercare
	@$(MAKE) --no-print-directory bench-live

# On a private MariaDB over TLS and RabbitMQ with the rows of the tests, then with 500 queues more.
bench-live: .build/.ready-bench release
	@$(SWIFT) build -c release --static-swift-stdlib --product live-store --quiet
	@python3 Tests/Bench/bench.py --binary .build/dist/hypercare --live .build/release/live-store

# The most memory that each kind of source makes the console take, when it answers as much as it may.
bench-memory: .build/.ready-bench release
	@python3 Tests/Bench/memory.py --binary .build/dist/hypercare

# Five million queue rows in a private MariaDB: minutes, and 4 GB in a temporary folder; SCALE=10 for a tenth.
bench-store: .build/.ready-bench
	@$(SWIFT) run --quiet store-bench $(SCALE) $(ARGUMENTS)

# What a key, a letter of a filter and a picture cost with 20 to 10,000 rows, in milliseconds, without a terminal.
bench-frames: .build/.ready-bench
	@$(SWIFT) run -c release --quiet frame-bench

# Stores of random shape with trouble of each kind at three strengths, by day and at night, and days without any: what is
# found, how soon beside the bound, what is told wrongly. VERBOSE=verbose names each draw, COLD=cold has no past.
SEEDS ?= 6
DAYS ?= 24
LIMITS ?= 1
bench-detect: .build/.ready-bench
	@$(SWIFT) run -c release --quiet detect-bench $(SEEDS) $(DAYS) $(LIMITS) $(COLD) $(VERBOSE)

# 500 queues in a private RabbitMQ: what one poll costs the broker, in milliseconds of its CPU.
bench-broker: .build/.ready-bench
	@$(SWIFT) run --quiet broker-bench

# A store at work under the console for so many minutes, then its consumers stopped and its servers killed.
MINUTES ?= 30
soak: .build/.ready-bench release
	@$(SWIFT) build -c release --static-swift-stdlib --product soak --quiet
	@.build/release/soak .build/dist/hypercare $(MINUTES)

# The same store under a watch without a screen for so many minutes, with imports and deploys, of which nothing may be
# told; then each kind of trouble on another one, from its cause to its end in the alerts file.
soak-alerts: .build/.ready-bench release
	@$(SWIFT) build -c release --static-swift-stdlib --product soak --quiet
	@.build/release/soak .build/dist/hypercare $(or $(filter-out 30,$(MINUTES)),60) alerts

# Each reader of what comes from outside under libFuzzer for so many seconds: no trap, no input over 5 s, no more than
# 100 MB. What ends one is kept in Tests/Fuzz/found, where the tests read it from then on. READERS names some of them.
EACH_SECONDS ?= 600
READERS ?=
FUZZ = .build/fuzz/release/fuzz
fuzz: .build/.ready-build
	FUZZ=1 $(SWIFT) build -c release --scratch-path .build/fuzz --product fuzz --quiet
	@mkdir -p Tests/Fuzz/found; failed=; for name in $(or $(READERS),$$($(FUZZ) list)); do \
	    corpus=.build/fuzz-corpus/$$name; mkdir -p $$corpus; $(FUZZ) seeds $$name $$corpus; \
	    SWIFT_BACKTRACE=enable=no $(FUZZ) run $$name $$corpus -max_total_time=$(EACH_SECONDS) -timeout=5 \
	        -rss_limit_mb=100 -max_len=65536 -verbosity=0 -print_final_stats=1 \
	        -artifact_prefix=Tests/Fuzz/found/$$name- > $$corpus.log 2>&1 || failed="$$failed $$name"; \
	    printf '%-14s %s\n' $$name "$$(awk '/number_of_executed|peak_rss|ERROR|Fatal/ {print}' $$corpus.log | tr '\n' ' ')"; \
	done; test -z "$$failed" || { echo "failed:$$failed; see .build/fuzz-corpus/NAME.log"; exit 1; }

# Consoles and the programs of their changes killed in the middle of a change, of flags in a file, behind a command and
# in a MariaDB: what is said of each is so. Three hours at most.
COUNT ?= 1000
kills: .build/.ready-test
	$(SWIFT) build --build-tests --quiet
	KILLS=$(COUNT) HYPERCARE_BIN=$(CURDIR)/$(DEBUG) timeout -k 10 10800 $(TESTS) --no-parallel --filter ChangeKill

# Watches without a screen killed at any moment of alerts that come and are told: none lost, none told twice as new.
kills-alerts: .build/.ready-test
	$(SWIFT) build --build-tests --quiet
	ALERT_KILLS=$(COUNT) HYPERCARE_BIN=$(CURDIR)/$(DEBUG) timeout -k 10 10800 $(TESTS) --no-parallel --filter AlertKill

# Every system call of a save, an append and a whole change killed at and failed as a disk fails: what is there is old or
# new. EVERY=10 tries one in ten.
EVERY ?= 1
faults: .build/.ready-test
	@$(SWIFT) run --quiet store-faults $(EVERY)

# Consoles, editors, a script, readers and kill -9 at one flagd file for a minute each.
FOR ?= 60
flagfile: .build/.ready-test
	$(SWIFT) build --build-tests --quiet
	FLAGFILE_SECONDS=$(FOR) $(EACH) --filter FlagFileStorm

release: .build/.ready-build
	$(SWIFT) build $(STATIC) --quiet
	@mkdir -p .build/dist
	@cp -f $(RELEASE) .build/dist/hypercare
	@strip .build/dist/hypercare
	@ls -l .build/dist/hypercare | awk '{ printf "release: %s, %.1f MB\n", $$9, $$5 / 1e6 }'

install: release
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/hypercare/themes
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -d $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 .build/dist/hypercare $(DESTDIR)$(PREFIX)/bin/hypercare
	install -m 644 themes/*.yaml $(DESTDIR)$(PREFIX)/share/hypercare/themes/
	.build/dist/hypercare man | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/man/man1/hypercare.1
	.build/dist/hypercare completion bash | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/bash-completion/completions/hypercare
	.build/dist/hypercare completion zsh | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_hypercare
	.build/dist/hypercare completion fish | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/hypercare.fish

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/hypercare
	rm -f $(DESTDIR)$(PREFIX)/bin/hypercare $(DESTDIR)$(PREFIX)/share/man/man1/hypercare.1
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/hypercare
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_hypercare
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/hypercare.fish

clean:
	rm -rf .build

.build/.ready-%: .ci/prerequisites
	@.ci/prerequisites $*
	@mkdir -p .build && touch $@
