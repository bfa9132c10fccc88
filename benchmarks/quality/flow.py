"""Dense optical flow between crops of a face, before and after: DIS, both ways.

The arguments are a folder and a number of processes; in the folder is jobs.json: a list of {before, after, width, height, points}, with grey raw files and points in
their pixels. Writes flow.json: for each job and point [dx, dy, error of the way back], in pixels of the crop as well.
"""
import json
import multiprocessing
import os
import sys

import cv2
import numpy as np

cv2.setNumThreads(1)  # each job is a process of its own


def sample(flow, points):
    lanes = [np.ascontiguousarray(flow[..., lane]) for lane in (0, 1)]
    return np.stack([cv2.remap(lane, points[None], None, cv2.INTER_LINEAR)[0] for lane in lanes], 1)


def measure(job):
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    dis.setPatchSize(12)
    dis.setPatchStride(4)
    shape = (job["height"], job["width"])
    before, after = (np.fromfile(job[name], np.uint8).reshape(shape) for name in ("before", "after"))
    there, back = dis.calc(before, after, None), dis.calc(after, before, None)
    points = np.float32(job["points"]) - np.float32(0.5)
    shift = sample(there, points)
    error = np.hypot(*(shift + sample(back, points + shift)).T)
    return np.column_stack([shift, error]).round(4).tolist()


if __name__ == "__main__":
    folder, processes = sys.argv[1], int(sys.argv[2])
    os.chdir(folder)
    with open("jobs.json") as file:
        jobs = json.load(file)
    with multiprocessing.Pool(processes) as pool:
        results = pool.map(measure, jobs, chunksize=1)
    with open("flow.json", "w") as file:
        json.dump(results, file)
