# `make fuzz`: each test/fuzz/*_fuzz.c is a libFuzzer target, linked with the C files of FUZZ_WITH under
# ASan and UBSan. What it found stays in $(BUILD)/fuzz, so that the next run goes on from there.

FUZZ_SECONDS ?= 60
FUZZ_CC      ?= clang
FUZZ_FLAGS   := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZERS      := $(patsubst test/%.c,$(BUILD)/%,$(wildcard test/fuzz/*_fuzz.c))
FUZZ_HEADERS := $(addprefix $(TOP)/common/,pc/*.h pc/*/*.h test/*.h test/*/*.h) test/*.h */*.h */*/*.h

.PHONY: fuzz
fuzz: $(FUZZERS)  ## Run each fuzzer for FUZZ_SECONDS=60 seconds (FUZZERS=build/fuzz/x_fuzz: only that)
	$(Q)for fuzzer in $(FUZZERS); do \
		echo "$${fuzzer##*/}: $(FUZZ_SECONDS) s" && mkdir -p $$fuzzer.corpus && \
		$$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=512 -print_final_stats=1 \
			-artifact_prefix=$$fuzzer. $$fuzzer.corpus >$$fuzzer.log 2>&1 || \
			{ tail -n 50 $$fuzzer.log; exit 1; }; \
		grep number_of_executed_units $$fuzzer.log; \
	done

$(BUILD)/fuzz/%: test/fuzz/%.c $(FUZZ_WITH) $(wildcard $(FUZZ_HEADERS)) Makefile $(TOP)/common/fuzz.mk
	$(call say,FUZZ,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -std=c11 -D_GNU_SOURCE -I$(TOP) -I. $(WARNINGS) $(FUZZ_FLAGS) \
		-o $@ $(filter %.c,$^)
