// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command under a kernel that lacks features of BPF:
 *
 *   refuse FEATURE[,FEATURE]... COMMAND [ARGUMENT]...
 *
 *   bpf_NAME   that helper
 *   fetch      atomic instructions that have a result
 *   global     global functions that take a pointer
 *   syscall    the program type of that name
 *   tracing    that of fentry and fexit
 *
 * The kernel itself hands each BPF_PROG_LOAD of the command to a process beside
 * it (seccomp's user notifications). A call of a helper becomes one of a helper
 * that no kernel has, an atomic instruction one that there is not, and the call
 * goes on: the real verifier refuses it, if the program can get there, with the
 * words and the error that are its own. What an earlier kernel refuses before
 * it looks at instructions (a program type, the type of an argument) is
 * answered here as that kernel does.
 *
 * The command keeps the process id that this was started with.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Added to a helper's number: none has so high a one. */
#define NO_HELPER 1000000

/* Of instructions that add, exchange and so on: there is none with this. */
#define NO_ATOMIC   0x7e

#define HELPERS_MAX 512

static struct {
	bool helpers[HELPERS_MAX];
	bool fetch, global, syscall, tracing;
} refused;

static const char *const helper_names[HELPERS_MAX] = {
#define HELPER_NAME(name, ...) [BPF_FUNC_##name] = "bpf_" #name
	__BPF_FUNC_MAPPER(HELPER_NAME)};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "refuse: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* --- what is refused --- */

static bool refuse_helper(const char *name)
{
	for (int i = 0; i < HELPERS_MAX; i++)
		if (helper_names[i] && !strcmp(helper_names[i], name))
			return refused.helpers[i] = true;
	return false;
}

static bool refuse_feature(const char *name)
{
	const struct {
		const char *name;
		bool *flag;
	} features[] = {
		{"fetch", &refused.fetch},
		{"global", &refused.global},
		{"syscall", &refused.syscall},
		{"tracing", &refused.tracing},
	};

	for (size_t i = 0; i < sizeof(features) / sizeof(*features); i++)
		if (!strcmp(features[i].name, name))
			return *features[i].flag = true;
	return refuse_helper(name);
}

static void refuse_list(char *names)
{
	for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		if (refuse_feature(name))
			continue;
		fprintf(stderr, "refuse: there is no feature %s\n", name);
		exit(125);
	}
}

/* --- one load --- */

struct load {
	pid_t thread;
	int memory; /* of its process */
	union bpf_attr attr;
};

static void read_at(const struct load *load, uint64_t at, void *to, size_t size)
{
	if (pread(load->memory, to, size, (off_t)at) != (ssize_t)size)
		die("reading the command's memory");
}

static void write_at(const struct load *load, uint64_t at, const void *from,
		     size_t size)
{
	if (pwrite(load->memory, from, size, (off_t)at) != (ssize_t)size)
		die("writing the command's memory");
}

/* Makes of @insn one that no kernel takes; false if it may stay. */
static bool spoil(struct bpf_insn *insn)
{
	bool calls_helper = insn->code == (BPF_JMP | BPF_CALL) &&
			    !insn->src_reg && insn->imm > 0 &&
			    insn->imm < HELPERS_MAX;
	bool is_atomic = BPF_CLASS(insn->code) == BPF_STX &&
			 BPF_MODE(insn->code) == BPF_ATOMIC;

	if (calls_helper && refused.helpers[insn->imm])
		insn->imm += NO_HELPER;
	else if (is_atomic && refused.fetch && insn->imm & BPF_FETCH)
		insn->imm = NO_ATOMIC;
	else
		return false;
	return true;
}

static void spoil_instructions(const struct load *load)
{
	size_t size = load->attr.insn_cnt * sizeof(struct bpf_insn);
	struct bpf_insn *insns = malloc(size);
	bool changed = false;

	if (!insns)
		die("refusing");
	read_at(load, load->attr.insns, insns, size);
	for (__u32 i = 0; i < load->attr.insn_cnt; i++)
		changed |= spoil(&insns[i]);
	if (changed)
		write_at(load, load->attr.insns, insns, size);
	free(insns);
}

/* The process of the thread that asks. */
static pid_t process_of(pid_t thread)
{
	char path[64], line[128];
	int process = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", thread);
	file = fopen(path, "re");
	while (file && !process && fgets(line, sizeof(line), file))
		(void)sscanf(line, "Tgid: %d", &process);
	if (!process)
		die(path);
	(void)fclose(file);
	return process;
}

static struct btf *types_of(const struct load *load)
{
	int process = (int)syscall(SYS_pidfd_open, process_of(load->thread), 0);
	int fd = (int)syscall(SYS_pidfd_getfd, process, load->attr.prog_btf_fd,
			      0);
	struct bpf_btf_info info = {.id = 0};
	__u32 size = sizeof(info);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		die("reading the program's types");
	close(fd);
	close(process);
	return btf__load_from_kernel_by_id(info.id);
}

static bool takes_pointer(const struct btf *btf, const struct btf_type *func)
{
	const struct btf_type *prototype = btf__type_by_id(btf, func->type);
	const struct btf_param *params = btf_params(prototype);

	for (int i = 0; i < btf_vlen(prototype); i++)
		if (btf_is_ptr(btf__type_by_id(
			    btf,
			    (__u32)btf__resolve_type(btf, params[i].type))))
			return true;
	return false;
}

/* The name of such a function of the program's, or NULL. */
static const char *find_global(const struct load *load, const struct btf *btf)
{
	struct bpf_func_info info;

	/* The first one is the program. */
	for (__u32 i = 1; i < load->attr.func_info_cnt; i++) {
		const struct btf_type *func;

		read_at(load,
			load->attr.func_info +
				(uint64_t)i * load->attr.func_info_rec_size,
			&info, sizeof(info));
		func = btf__type_by_id(btf, info.type_id);
		if (btf_vlen(func) == BTF_FUNC_GLOBAL &&
		    takes_pointer(btf, func))
			return btf__name_by_offset(btf, func->name_off);
	}
	return NULL;
}

/* As btf_prepare_func_args() of 5.11 words it. */
static void log_global(const struct load *load, const char *name)
{
	char text[128];
	int length = snprintf(text, sizeof(text),
			      "Arg#0 type PTR in %s() is not supported yet.\n",
			      name);

	if (load->attr.log_level && load->attr.log_size > sizeof(text))
		write_at(load, load->attr.log_buf, text, (size_t)length + 1);
}

static bool has_global(const struct load *load)
{
	struct btf *btf;
	const char *name;

	if (!load->attr.prog_btf_fd || load->attr.func_info_cnt < 2)
		return false;
	btf = types_of(load);
	if (!btf)
		die("reading the program's types");
	name = find_global(load, btf);
	if (name)
		log_global(load, name);
	btf__free(btf);
	return name;
}

/* 0 to let the kernel decide, or a negative errno. */
static int judge(const struct load *load)
{
	__u32 type = load->attr.prog_type;

	if ((refused.syscall && type == BPF_PROG_TYPE_SYSCALL) ||
	    (refused.tracing && type == BPF_PROG_TYPE_TRACING))
		return -EINVAL;
	if (refused.global && has_global(load))
		return -EINVAL;
	spoil_instructions(load);
	return 0;
}

static int judge_call(const struct seccomp_notif *call)
{
	struct load load = {.thread = (pid_t)call->pid};
	uint64_t size = call->data.args[2];
	char path[64];
	int verdict;

	(void)snprintf(path, sizeof(path), "/proc/%u/mem", call->pid);
	load.memory = open(path, O_RDWR | O_CLOEXEC);
	if (load.memory < 0)
		die(path);
	read_at(&load, call->data.args[1], &load.attr,
		size < sizeof(load.attr) ? size : sizeof(load.attr));
	verdict = judge(&load);
	close(load.memory);
	return verdict;
}

/* --- the process beside the command --- */

static void answer_one(int listener)
{
	struct seccomp_notif call = {.id = 0};
	struct seccomp_notif_resp answer = {.id = 0};

	/* The command may have been killed meanwhile. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
		return;
	answer.id = call.id;
	answer.error = judge_call(&call);
	if (!answer.error)
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* Until nobody is left who could ask. */
static void answer_all(int listener)
{
	struct pollfd asked = {.fd = listener, .events = POLLIN};

	for (;;) {
		if (poll(&asked, 1, -1) < 0 && errno != EINTR)
			die("waiting");
		if (asked.revents & POLLIN)
			answer_one(listener);
		else if (asked.revents & (POLLHUP | POLLERR))
			return;
	}
}

/* Takes the command's listener, as whose number comes by @from. */
static int take_listener(pid_t command, int from)
{
	int process = (int)syscall(SYS_pidfd_open, command, 0);
	int number, listener;

	if (read(from, &number, sizeof(number)) != sizeof(number))
		die("starting");
	listener = (int)syscall(SYS_pidfd_getfd, process, number, 0);
	if (listener < 0)
		die("taking the listener");
	close(process);
	return listener;
}

static _Noreturn void stand_beside(pid_t command, int from, int to)
{
	int listener = take_listener(command, from);

	if (write(to, "", 1) != 1)
		die("starting");
	close(from);
	close(to);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	answer_all(listener);
	exit(0);
}

/* --- the command --- */

static int listen_to_loads(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BPF_PROG_LOAD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(*filter),
		.filter = filter,
	};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void start_listening(int to, int from)
{
	int listener = listen_to_loads();
	char ready;

	if (listener < 0)
		die("seccomp");
	if (write(to, &listener, sizeof(listener)) != sizeof(listener) ||
	    read(from, &ready, 1) != 1)
		die("starting");
}

int main(int argc, char **argv)
{
	int to_other[2], to_command[2];
	pid_t command = getpid(), other;

	if (argc < 3) {
		fprintf(stderr, "usage: refuse FEATURE[,FEATURE]... COMMAND\n");
		return 125;
	}
	refuse_list(argv[1]);
	if (pipe2(to_other, O_CLOEXEC) || pipe2(to_command, O_CLOEXEC))
		die("pipe");
	other = fork();
	if (other < 0)
		die("fork");
	if (!other)
		stand_beside(command, to_other[0], to_command[1]);
	start_listening(to_other[1], to_command[0]);
	execvp(argv[2], argv + 2);
	die(argv[2]);
}
