//@ crate: neo4rs
//! Neo4j: a transaction holds a connection of the graph's pool.
use neo4rs::{Graph, query};

pub async fn bad_run_on_graph(graph: &Graph) -> Result<(), neo4rs::Error> {
    let mut txn = graph.start_txn().await?;
    txn.run(query("CREATE (:Order {id: 1})")).await?;
    graph.run(query("MATCH (u:User) RETURN u")).await?; //~ nested_checkout
    txn.commit().await
}

pub async fn good_run_in_transaction(graph: &Graph) -> Result<(), neo4rs::Error> {
    let mut txn = graph.start_txn().await?;
    txn.run(query("CREATE (:Order {id: 1})")).await?;
    txn.commit().await?;
    graph.run(query("MATCH (u:User) RETURN u")).await
}
