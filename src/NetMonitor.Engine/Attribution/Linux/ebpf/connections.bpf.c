// SPDX-License-Identifier: MIT OR GPL-2.0-only
//
// Which process opens a connection, accepts one, or sends and receives datagrams: reported at the moment it happens, so that a process that lives for
// milliseconds is known by name. Compiled once and relocated by libbpf to the running kernel's own structures (CO-RE): only the fields used are declared.
//
// Three sets of programs do the same; user space loads the first one that this kernel accepts:
//   fentry      Linux 5.17 and later that allow function tracing
//   tracepoints typed tracepoints and sockops, Linux 6.3 and later, also where function tracing is refused
//   kprobe      older kernels with BTF
// sched_process_exec belongs to all of them.
#include <linux/types.h>
#include <linux/bpf.h>
#include <asm/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define CORE __attribute__((preserve_access_index))
#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58
#define COMMAND_SIZE 16
#define PATH_SIZE 128
#define PARENTS 4

enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT = 2, TCP_LISTEN = 10 };

// The kernel's structures, as far as they are needed.
struct in6_addr { union { __u8 u6_addr8[16]; } in6_u; } CORE;
struct ns_common { unsigned int inum; } CORE;
struct net { struct ns_common ns; } CORE;
typedef struct { struct net *net; } CORE possible_net_t;
struct sock_common {
    __be32 skc_daddr; __be32 skc_rcv_saddr; __be16 skc_dport; __u16 skc_num; unsigned short skc_family;
    struct in6_addr skc_v6_daddr; struct in6_addr skc_v6_rcv_saddr; possible_net_t skc_net;
} CORE;
struct sock { struct sock_common __sk_common; __u16 sk_protocol; } CORE;
struct task_struct { int tgid; __u64 start_boottime; struct task_struct *group_leader; struct task_struct *real_parent; char comm[COMMAND_SIZE]; } CORE;
struct linux_binprm { const char *filename; } CORE;
struct sockaddr_in4 { __u16 family; __be16 port; __be32 address; };
struct sockaddr_in6 { __u16 family; __be16 port; __be32 flow; __u8 address[16]; };
struct msghdr { void *msg_name; int msg_namelen; } CORE;

// What user space reads: EbpfEvent.cs has the same layout.
enum kind { KIND_CONNECT = 1, KIND_ACCEPT = 2, KIND_LISTEN = 3, KIND_DATAGRAM = 4, KIND_EXEC = 5 };
struct event {
    __u32 kind;
    __u32 netns;
    __u8 local[16], remote[16];         // network order; IPv4 in the first four bytes
    __u16 local_port, remote_port;      // host order
    __u16 family, protocol;
    __u32 tgid, tid, uid, gid;
    __u64 cgroup, start, time;          // start and time: nanoseconds since boot
    char command[COMMAND_SIZE];
    __u32 parents[PARENTS];
    char parent_commands[PARENTS][COMMAND_SIZE];
};
struct exec_event { __u32 kind; __u32 tgid; __u64 start; char path[PATH_SIZE]; };

struct owner { __u32 tgid; __u32 pad; struct event seen; };

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 2 << 20); } events SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } lost SEC(".maps");
// A TCP socket's owner from connect() until its port is chosen, and a datagram socket's last owner.
struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, struct owner); } owners SEC(".maps");
// Datagram sockets seen lately, where there is no storage in the socket: the address of the socket and the process.
struct pair { __u64 socket; __u32 tgid; __u32 remote_port; __u8 remote[16]; };
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 16384); __type(key, struct pair); __type(value, __u8); } seen SEC(".maps");

static __always_inline void lose(void)
{
    __u32 zero = 0;
    __u64 *count = bpf_map_lookup_elem(&lost, &zero);
    if (count)
        __sync_fetch_and_add(count, 1);
}

static __always_inline void fill_process(struct event *e)
{
    __u64 ids = bpf_get_current_pid_tgid(), user = bpf_get_current_uid_gid();
    struct task_struct *task = (void *)bpf_get_current_task();
    e->tgid = ids >> 32;
    e->tid = (__u32)ids;
    e->uid = (__u32)user;
    e->gid = user >> 32;
    e->cgroup = bpf_get_current_cgroup_id();
    e->start = BPF_CORE_READ(task, group_leader, start_boottime);
    e->time = bpf_ktime_get_boot_ns();
    BPF_CORE_READ_STR_INTO(&e->command, task, group_leader, comm); // of the process: a thread may have a name of its own
#pragma unroll
    for (int i = 0; i < PARENTS; i++) {
        task = BPF_CORE_READ(task, real_parent);
        e->parents[i] = BPF_CORE_READ(task, tgid);
        BPF_CORE_READ_STR_INTO(&e->parent_commands[i], task, comm);
    }
}

static __always_inline void fill_socket(struct event *e, struct sock *sk, __u16 protocol)
{
    e->family = BPF_CORE_READ(sk, __sk_common.skc_family);
    e->protocol = protocol;
    e->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
    e->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
    e->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
    if (e->family == AF_INET) {
        __be32 local = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr), remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);
        __builtin_memcpy(e->local, &local, 4);
        __builtin_memcpy(e->remote, &remote, 4);
    } else {
        BPF_CORE_READ_INTO(&e->local, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
        BPF_CORE_READ_INTO(&e->remote, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
    }
}

// Without a wakeup: user space looks every few milliseconds, which costs the connecting process a quarter of a wakeup.
static __always_inline int report(struct sock *sk, __u16 protocol, __u32 kind)
{
    struct event *e = bpf_ringbuf_reserve(&events, sizeof *e, 0);
    if (!e) {
        lose();
        return 0;
    }
    __builtin_memset(e, 0, sizeof *e);
    e->kind = kind;
    fill_process(e);
    fill_socket(e, sk, protocol);
    bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
    return 0;
}

static __always_inline int is_ip(struct sock *sk)
{
    __u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
    return family == AF_INET || family == AF_INET6;
}

// A datagram socket, once for each process and remote end. The remote end of an unconnected one is in the message.
static __always_inline int datagram(struct sock *sk, struct msghdr *message, __u16 protocol)
{
    if (!is_ip(sk))
        return 0;
    struct pair key;
    __builtin_memset(&key, 0, sizeof key);
    key.socket = (__u64)sk;
    key.tgid = bpf_get_current_pid_tgid() >> 32;
    void *name = message ? BPF_CORE_READ(message, msg_name) : 0;
    __u16 family = 0;
    if (name) {
        // msg_name is the kernel's copy by the time a protocol's sendmsg runs.
        bpf_probe_read_kernel(&family, sizeof family, name);
        if (family == AF_INET) {
            struct sockaddr_in4 to;
            bpf_probe_read_kernel(&to, sizeof to, name);
            key.remote_port = bpf_ntohs(to.port);
            __builtin_memcpy(key.remote, &to.address, 4);
        } else if (family == AF_INET6) {
            struct sockaddr_in6 to;
            bpf_probe_read_kernel(&to, sizeof to, name);
            key.remote_port = bpf_ntohs(to.port);
            __builtin_memcpy(key.remote, to.address, 16);
        } else {
            family = 0;
        }
    }
    if (bpf_map_lookup_elem(&seen, &key))
        return 0;
    __u8 one = 1;
    bpf_map_update_elem(&seen, &key, &one, BPF_ANY);
    struct event *e = bpf_ringbuf_reserve(&events, sizeof *e, 0);
    if (!e) {
        lose();
        return 0;
    }
    __builtin_memset(e, 0, sizeof *e);
    e->kind = KIND_DATAGRAM;
    fill_process(e);
    fill_socket(e, sk, protocol);
    if (family && !e->remote_port) {
        e->remote_port = key.remote_port;
        if (family == e->family)
            __builtin_memcpy(e->remote, key.remote, 16);
    }
    bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
    return 0;
}

// ---- fentry ----
SEC("fentry/tcp_connect")
int BPF_PROG(fentry_connect, struct sock *sk) { return report(sk, IPPROTO_TCP, KIND_CONNECT); }

// The arguments changed in 6.10, so the socket is asked for as the return value (5.17).
SEC("fexit/inet_csk_accept")
int fexit_accept(void *ctx)
{
    __u64 result = 0;
    if (bpf_get_func_ret(ctx, &result) || !result)
        return 0;
    return report((struct sock *)result, IPPROTO_TCP, KIND_ACCEPT);
}

SEC("fentry/udp_sendmsg")
int BPF_PROG(fentry_udp, struct sock *sk, struct msghdr *message) { return datagram(sk, message, IPPROTO_UDP); }
SEC("fentry/udpv6_sendmsg")
int BPF_PROG(fentry_udp6, struct sock *sk, struct msghdr *message) { return datagram(sk, message, IPPROTO_UDP); }
SEC("fentry/udp_recvmsg")
int BPF_PROG(fentry_udp_receive, struct sock *sk) { return datagram(sk, 0, IPPROTO_UDP); }
SEC("fentry/udpv6_recvmsg")
int BPF_PROG(fentry_udp6_receive, struct sock *sk) { return datagram(sk, 0, IPPROTO_UDP); }
SEC("fentry/ping_v4_sendmsg")
int BPF_PROG(fentry_ping, struct sock *sk) { return datagram(sk, 0, IPPROTO_ICMP); }
SEC("fentry/raw_sendmsg")
int BPF_PROG(fentry_raw, struct sock *sk) { return datagram(sk, 0, BPF_CORE_READ(sk, sk_protocol)); }

// ---- kprobe ----
SEC("kprobe/tcp_connect")
int BPF_KPROBE(kprobe_connect, struct sock *sk) { return report(sk, IPPROTO_TCP, KIND_CONNECT); }
SEC("kretprobe/inet_csk_accept")
int BPF_KRETPROBE(kprobe_accept, struct sock *sk) { return sk ? report(sk, IPPROTO_TCP, KIND_ACCEPT) : 0; }
SEC("kprobe/udp_sendmsg")
int BPF_KPROBE(kprobe_udp, struct sock *sk, struct msghdr *message) { return datagram(sk, message, IPPROTO_UDP); }
SEC("kprobe/udpv6_sendmsg")
int BPF_KPROBE(kprobe_udp6, struct sock *sk, struct msghdr *message) { return datagram(sk, message, IPPROTO_UDP); }

// ---- typed tracepoints and sockops ----
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tracepoint_state, struct sock *sk, int from, int to)
{
    if (to == TCP_LISTEN)               // in the process that listens
        return report(sk, IPPROTO_TCP, KIND_LISTEN);
    if (to != TCP_SYN_SENT)             // the rest runs in any process
        return 0;
    // In the process that connects, before its port is chosen: kept until the SYN leaves.
    struct owner *mine = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!mine)
        return 0;
    __builtin_memset(mine, 0, sizeof *mine);
    fill_process(&mine->seen);
    mine->tgid = mine->seen.tgid;
    mine->seen.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
    return 0;
}

SEC("sockops")
int sockops_connect(struct bpf_sock_ops *ops)
{
    if (ops->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
        return 1;
    struct bpf_sock *sk = ops->sk;
    if (!sk)
        return 1;
    struct owner *mine = bpf_sk_storage_get(&owners, sk, 0, 0);
    if (!mine)
        return 1;
    struct event *e = bpf_ringbuf_reserve(&events, sizeof *e, 0);
    if (!e) {
        lose();
        return 1;
    }
    __builtin_memcpy(e, &mine->seen, sizeof *e);
    e->kind = KIND_CONNECT;
    e->protocol = IPPROTO_TCP;
    e->family = ops->family;
    e->local_port = ops->local_port;
    e->remote_port = bpf_ntohl(ops->remote_port);
    // Through a volatile pointer: two neighboring words of the context may not be read as one.
    volatile struct bpf_sock_ops *words = ops;
    if (ops->family == AF_INET) {
        __u32 local = words->local_ip4, remote = words->remote_ip4;
        __builtin_memcpy(e->local, &local, 4);
        __builtin_memcpy(e->remote, &remote, 4);
    } else {
        __u32 word[4];
        word[0] = words->local_ip6[0]; word[1] = words->local_ip6[1]; word[2] = words->local_ip6[2]; word[3] = words->local_ip6[3];
        __builtin_memcpy(e->local, word, 16);
        word[0] = words->remote_ip6[0]; word[1] = words->remote_ip6[1]; word[2] = words->remote_ip6[2]; word[3] = words->remote_ip6[3];
        __builtin_memcpy(e->remote, word, 16);
    }
    bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
    return 1;
}

// In the process, at every send and receive: reported once for each owner of a socket. Accepted connections become known here.
static __always_inline int transfer(struct sock *sk)
{
    if (!is_ip(sk))
        return 0;
    __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    struct owner *mine = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!mine || mine->tgid == tgid)
        return 0;
    mine->tgid = tgid;
    __u16 protocol = BPF_CORE_READ(sk, sk_protocol);
    return report(sk, protocol, protocol == IPPROTO_TCP ? KIND_ACCEPT : KIND_DATAGRAM);
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(tracepoint_send, struct sock *sk) { return transfer(sk); }
SEC("tp_btf/sock_recv_length")
int BPF_PROG(tracepoint_receive, struct sock *sk) { return transfer(sk); }

// ---- all ----
SEC("tp_btf/sched_process_exec")
int BPF_PROG(exec, struct task_struct *task, int old_tid, struct linux_binprm *program)
{
    struct exec_event *e = bpf_ringbuf_reserve(&events, sizeof *e, 0);
    if (!e) {
        lose();
        return 0;
    }
    e->kind = KIND_EXEC;
    e->tgid = BPF_CORE_READ(task, tgid);
    e->start = BPF_CORE_READ(task, group_leader, start_boottime);
    e->path[0] = 0;
    bpf_probe_read_kernel_str(e->path, sizeof e->path, BPF_CORE_READ(program, filename));
    bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
