// A plugin for qemu's user emulation that counts the guest's instructions and its memory.
//
// Arguments: marks=FILE, and optionally profile=FILE,from=M,until=N.
//
// A mark is a sendto of the guest: the rollup client sends each of its requests with one. For each,
// a line "instructions heap" goes to `marks`: instructions since the start, and the most bytes of
// heap and mappings that the guest held at once since the mark before. A profile has
// a line "address instructions" for each block of code that ran between the marks M and N; at mark
// N the guest is ended.
//
// The few declarations that are needed of qemu's plugin interface, version 1, are made here: the
// package of the emulator comes without a header.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct block;
typedef void (*on_block)(plugin_id, struct block *);
typedef void (*on_call)(
    plugin_id, unsigned cpu, int64_t number, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
    uint64_t, uint64_t, uint64_t);
typedef void (*on_return)(plugin_id, unsigned cpu, int64_t number, int64_t result);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, on_block);
void qemu_plugin_register_vcpu_tb_exec_inline(struct block *, int operation, void *, uint64_t);
void qemu_plugin_register_vcpu_syscall_cb(plugin_id, on_call);
void qemu_plugin_register_vcpu_syscall_ret_cb(plugin_id, on_return);
size_t qemu_plugin_tb_n_insns(const struct block *);
uint64_t qemu_plugin_tb_vaddr(const struct block *);

EXPORT int qemu_plugin_version = 1;

enum { add_u64 = 0 };
// Numbers of Linux on riscv64.
enum { call_sendto = 206, call_brk = 214, call_munmap = 215, call_mremap = 216, call_mmap = 222 };

static uint64_t instructions;
static FILE *marks;
static uint64_t mark_count;

static uint64_t first_break, last_break, mapped, most_held;
static uint64_t arguments[3];

static const char *profile_path;
static uint64_t profile_from, profile_until;

// Blocks may be translated again; then an address has several counters.
struct counter {
    struct counter *next;
    uint64_t address, length, runs, runs_before;
};
static struct counter *counters;

static void translated(plugin_id id, struct block *block) {
    (void)id;
    uint64_t length = qemu_plugin_tb_n_insns(block);
    qemu_plugin_register_vcpu_tb_exec_inline(block, add_u64, &instructions, length);
    if (profile_path == NULL) return;
    struct counter *counter = calloc(1, sizeof *counter);
    if (counter == NULL) abort();
    counter->address = qemu_plugin_tb_vaddr(block);
    counter->length = length;
    counter->next = counters;
    counters = counter;
    qemu_plugin_register_vcpu_tb_exec_inline(block, add_u64, &counter->runs, 1);
}

static void write_profile(void) {
    FILE *file = fopen(profile_path, "w");
    if (file == NULL) abort();
    for (struct counter *c = counters; c != NULL; c = c->next) {
        if (c->runs == c->runs_before) continue;
        fprintf(file, "%lx %lu\n", c->address, (c->runs - c->runs_before) * c->length);
    }
    fclose(file);
    // The guest is not asked: what it does after this mark is of no interest.
    _exit(0);
}

static void mark(void) {
    fprintf(marks, "%lu %lu\n", instructions, most_held);
    fflush(marks);
    most_held = last_break - first_break + mapped;
    if (profile_path != NULL && mark_count == profile_from) {
        for (struct counter *c = counters; c != NULL; c = c->next) c->runs_before = c->runs;
    }
    if (profile_path != NULL && mark_count == profile_until) write_profile();
    mark_count += 1;
}

static void called(
    plugin_id id, unsigned cpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
    uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
    (void)id, (void)cpu, (void)d, (void)e, (void)f, (void)g, (void)h;
    arguments[0] = a;
    arguments[1] = b;
    arguments[2] = c;
    if (number == call_sendto) mark();
}

static void returned(plugin_id id, unsigned cpu, int64_t number, int64_t result) {
    (void)id, (void)cpu;
    if (result < 0 && result > -4096) return;
    switch (number) {
    case call_brk:
        if (first_break == 0) first_break = (uint64_t)result;
        last_break = (uint64_t)result;
        break;
    case call_mmap: mapped += arguments[1]; break;
    case call_munmap: mapped -= arguments[1]; break;
    case call_mremap: mapped += arguments[2] - arguments[1]; break;
    default: break;
    }
    uint64_t held = last_break - first_break + mapped;
    if (held > most_held) most_held = held;
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int count, char **values) {
    (void)info;
    for (int i = 0; i < count; i++) {
        const char *value = strchr(values[i], '=');
        if (value == NULL) return -1;
        value += 1;
        if (strncmp(values[i], "marks=", 6) == 0) marks = fopen(value, "w");
        else if (strncmp(values[i], "profile=", 8) == 0) profile_path = strdup(value);
        else if (strncmp(values[i], "from=", 5) == 0) profile_from = strtoull(value, NULL, 10);
        else if (strncmp(values[i], "until=", 6) == 0) profile_until = strtoull(value, NULL, 10);
        else return -1;
    }
    if (marks == NULL) return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, called);
    qemu_plugin_register_vcpu_syscall_ret_cb(id, returned);
    return 0;
}
