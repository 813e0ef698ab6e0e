/* What a thread of a GPU does: it follows one person, and takes the next when she is done, until there are no more. */
KERNEL void follow_people(KERNEL_ARGUMENT struct task task) { walk(&task); }
