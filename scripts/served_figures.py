"""Asks a server for 20 items of each user of a test file, and prints Recall@20 and NDCG@20 as the LightGCN paper defines them."""
import http.client
import json
import math
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

COUNT = 20
CLIENTS = 4
GAINS = [1 / math.log2(place + 2) for place in range(COUNT)]


def read(path):
    """Items of each user who has some."""
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    return {fields[0]: set(fields[1:]) for fields in lines if len(fields) > 1}


def ask(server, users):
    """Sums of recall and NDCG, and how many answers were not fresh."""
    connection = http.client.HTTPConnection(server)
    recall = ndcg = stale = 0
    for user, wanted in users:
        connection.request("GET", f"/recommend?n={COUNT}&user={user}")
        response = connection.getresponse()
        if response.status != 200:
            sys.exit(f"user {user}: status {response.status}")
        answer = json.loads(response.read())
        stale += answer["degraded"] != "fresh"
        hits = [item["id"] in wanted for item in answer["items"]]
        recall += sum(hits) / len(wanted)
        ndcg += sum(gain for gain, hit in zip(GAINS, hits) if hit) / sum(GAINS[: len(wanted)])
    return recall, ndcg, stale


server, users = urlsplit(sys.argv[1]).netloc, list(read(sys.argv[2]).items())
with ThreadPoolExecutor(CLIENTS) as pool:
    parts = list(pool.map(lambda part: ask(server, users[part::CLIENTS]), range(CLIENTS)))
recall, ndcg, stale = (sum(part[place] for part in parts) for place in range(3))
print(f"{len(users)} users: Recall@20 {recall / len(users):.4f}, NDCG@20 {ndcg / len(users):.4f}, {stale} answers not fresh")
