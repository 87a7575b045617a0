/* Connects to 127.0.0.1:PORT (or the address given), sends a few bytes, and exits at once: the connection of a process that lives for a few milliseconds.
   brief PORT [COUNT]   With COUNT it stays one process and connects that often: prints the nanoseconds per connection. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int once(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&to, sizeof to) || send(s, "hello\n", 6, 0) != 6)
        return 1;
    struct linger now = {1, 0};      /* a loop of many would run out of ports in TIME_WAIT */
    setsockopt(s, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return close(s);
}

int main(int argc, char **argv)
{
    int port = atoi(argv[1]), count = argc > 2 ? atoi(argv[2]) : 1;
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < count; i++)
        if (once(port))
            return 1;
    clock_gettime(CLOCK_MONOTONIC, &b);
    if (count > 1)
        printf("%.0f\n", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / count);
    return 0;
}
